/** Proxies, as `vipctl proxies` prints them, and namespaces to choose from. */
import { proxiesMessage } from '../../../answers/proxies/message.ts'
import { proxyHeaders, proxyRow } from '../../../answers/proxies/table.ts'
import { listProxies } from '../../../proxy/list.ts'
import type { OpenView, State } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'

const COLUMNS: ColumnFacts = {
  NAME: { roles: ['object'] },
  NAMESPACE: { roles: ['ns'] },
  SOURCE: { roles: ['file'], isPlace: true },
}

export function proxiesView({ loaded: { snapshot } }: State): OpenView {
  const { proxies } = listProxies(snapshot)
  const multicluster = snapshot.clusters.length > 1
  const at = (index: number) => proxies[index] as (typeof proxies)[number]
  return {
    columns: columnsOf(proxyHeaders(multicluster), COLUMNS),
    size: proxies.length,
    key: (index) => at(index).reference,
    cells: (index) => proxyRow(at(index), multicluster),
    thing: (index) => {
      const { reference, location } = at(index)
      return {
        name: reference,
        origins: [{ what: reference, location, why: '' }],
        message: () => proxiesMessage({ proxies: [at(index)] }),
        links: [],
      }
    },
  }
}

/** The namespaces that objects and proxies are in. */
export function namespacesView({ input: { mesh } }: State): OpenView {
  const counts = new Map<string, number>()
  for (const { namespace } of mesh.registry.services) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  for (const { namespace } of listProxies(mesh.snapshot).proxies) if (!counts.has(namespace)) counts.set(namespace, 0)
  const names = [...counts.keys()].filter((name) => name !== '').sort()
  const at = (index: number) => names[index] as string
  return {
    columns: [{ title: 'NAMESPACE', roles: ['ns'] }, { title: 'SERVICES' }],
    size: names.length,
    key: at,
    cells: (index) => [at(index), String(counts.get(at(index)))],
    thing: (index) => ({ name: at(index), origins: [], message: () => at(index), links: [] }),
  }
}
