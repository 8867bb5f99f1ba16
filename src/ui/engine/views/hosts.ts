/** Hosts of ServiceEntries with their addresses, as `vipctl allocate` prints them. */
import { allocationMessage } from '../../../answers/allocation/message.ts'
import { ALLOCATION_HEADERS, allocationRow } from '../../../answers/allocation/table.ts'
import { styled } from '../../../formats/spans.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'
import { findingsLink, hostLinks } from './links.ts'

const COLUMNS: ColumnFacts<(typeof ALLOCATION_HEADERS)[number]> = {
  HOST: { roles: ['host'] },
  NAMESPACE: { roles: ['ns'] },
  ENTRY: { roles: ['object'] },
  REASON: { roles: ['file'], isPlace: true },
}

export function hostsView({ input }: State): OpenView {
  const { registry } = input.mesh
  const { hosts } = registry
  const at = (index: number) => hosts[index] as (typeof hosts)[number]

  function thing(index: number): Thing {
    const { entry, host, hostIndex, reason, source } = at(index)
    const what = describeResource(entry)
    const [port] = entry.spec.ports
    // A wildcard stands for many names; the question is about one of them.
    const asked = host.replace(/^\*/, 'any')
    const own = { ...registry, hosts: [at(index)] }
    return {
      name: host,
      origins: [{ what, location: entry.location.child('spec', 'hosts', hostIndex), why: '' }],
      message: () => ({ host, source, reason, allocation: allocationMessage(own) }),
      links: [...hostLinks(host, 'hosts'), findingsLink(what)],
      host: asked,
      target: port && `${asked}:${port.number}`,
    }
  }
  return {
    columns: columnsOf(ALLOCATION_HEADERS, COLUMNS),
    size: hosts.length,
    key: (index) => {
      const { entry, host } = at(index)
      return `${entry.cluster} ${entry.meta.namespace}/${entry.meta.name} ${host}`
    },
    cells: (index) => allocationRow(styled('name', at(index).host), at(index)),
    thing,
  }
}
