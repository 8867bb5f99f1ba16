/** Servers of Gateways at each router, as `vipctl gateways` prints them. */
import {
  type GatewaysAnswer,
  gatewaysMessage,
  type RouterWithConflicts,
  reachOf,
} from '../../../answers/gateways/message.ts'
import { routerText, SERVER_HEADERS, serverRow } from '../../../answers/gateways/table.ts'
import { type ServerReport, serverLocation } from '../../../findings/gateways/index.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'
import { findingsLink } from './links.ts'

const COLUMNS: ColumnFacts = {
  GATEWAY: { roles: ['ns', 'object'] },
  SERVER: { roles: ['port'] },
  HOSTS: { roles: ['host'] },
  SOURCE: { roles: ['file'], isPlace: true },
}

interface Served {
  readonly router: RouterWithConflicts
  readonly server: ServerReport
}

function serverThing({ router, server }: Served, answer: GatewaysAnswer): Thing {
  const { gateway, owner, port, hosts } = server.server
  const [first] = hosts.filter((host) => !host.includes('*'))
  const own = { ...router, report: { ...router.report, servers: [server] } }
  return {
    name: `${owner} ${port.number}`,
    origins: [
      { what: describeResource(gateway), location: serverLocation(server.server), why: routerText(router.report.view) },
      ...server.virtualServices.map((virtual) => ({
        what: describeResource(virtual),
        location: virtual.location.child('spec', 'hosts'),
        why: 'its routes are served here',
      })),
    ],
    message: () => gatewaysMessage({ ...answer, routers: [own], unbound: [], findings: [] }),
    links: [
      findingsLink(describeResource(gateway)),
      ...server.virtualServices.map((virtual) => findingsLink(describeResource(virtual))),
    ],
    host: first,
    target: first && `${first}:${port.number}`,
  }
}

export async function gatewaysView({ answers, loaded, input }: State): Promise<OpenView> {
  const answer = await answers.gateways(loaded, input.mesh)
  const all = answer.routers.flatMap((router) => router.report.servers.map((server): Served => ({ router, server })))
  const at = (index: number): Served => all[index] as Served
  return {
    columns: [...columnsOf(SERVER_HEADERS, COLUMNS), { title: 'ROUTER' }],
    size: all.length,
    key: (index) => {
      const { router, server } = at(index)
      return `${router.report.view.proxy.description} ${server.server.owner} ${server.server.index}`
    },
    cells: (index) => {
      const { router, server } = at(index)
      return [...serverRow(server, reachOf(router, server)), routerText(router.report.view)]
    },
    thing: (index) => serverThing(at(index), answer),
  }
}
