/**
 * What requests to each host of a router meet in the end. All HTTP servers of a port share one route configuration, so a
 * server without a VirtualService may be served by that of another server, and a VirtualService may never be reached
 * because an older one takes all of its requests.
 */

import { type GatewayServer, splitHost } from '../../envoy/gateways/index.ts'
import { planGatewayRoutes } from '../../envoy/gateways/plan/routes.ts'
import type { RoutePlan, VirtualHostPlan } from '../../envoy/routes/index.ts'
import type { VirtualServiceResource } from '../../kinds/index.ts'
import { hostsMatch } from '../../scope/hosts.ts'
import { CoveringRoutes } from '../lint/routing/covering.ts'
import type { RouterReport, ServerReport, ServerState } from './router.ts'

/** Rules of a VirtualService that no request for a host reaches, because another VirtualService takes them before. */
export interface HiddenRules {
  readonly virtualService: VirtualServiceResource
  /** Indexes of the http rules; undefined for all that it has for the host. */
  readonly rules: readonly number[] | undefined
  readonly by: VirtualServiceResource
}

/** A host, or several with the same routes. */
export interface HostReach {
  /** The host; `*` for all others. */
  readonly host: string
  /** The VirtualServices that requests reach, in order of precedence. */
  readonly servedBy: readonly VirtualServiceResource[]
  readonly hidden: readonly HiddenRules[]
}

/** The state of a server, in view of the other servers of its port. */
export type FinalState = ServerState | 'served-by-others' | 'never-reached'

export interface ServerReach {
  readonly state: FinalState
  /** The hosts of an HTTP server that have routes. */
  readonly hosts: readonly HostReach[]
}

/** A rule of a VirtualService in one virtual host. */
interface Seen {
  readonly reached: Set<number>
  readonly hidden: Map<number, VirtualServiceResource>
}

function seenIn(routes: readonly RoutePlan[]): ReadonlyMap<VirtualServiceResource, Seen> {
  const covering = new CoveringRoutes()
  const out = new Map<VirtualServiceResource, Seen>()
  for (const route of routes) {
    if (!route.rule) continue
    const { writtenIn: source, index } = route.rule
    const seen = out.get(source) ?? { reached: new Set(), hidden: new Map() }
    out.set(source, seen)
    const by = covering.of(route)
    if (by && by.source !== source) seen.hidden.set(index, by.source)
    else {
      seen.reached.add(index)
      covering.add(route, { source, kind: 'http', index })
    }
  }
  return out
}

function hiddenRules(virtualService: VirtualServiceResource, { reached, hidden }: Seen): readonly HiddenRules[] {
  const lost = [...hidden].filter(([index]) => !reached.has(index))
  const [first] = lost
  if (!first) return []
  return [{ virtualService, rules: reached.size === 0 ? undefined : lost.map(([index]) => index), by: first[1] }]
}

/** `shop.example.com` for `shop.example.com:80`. */
function hostOf({ name }: VirtualHostPlan): string {
  const colon = name.lastIndexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

/** Virtual hosts may share their routes, which are looked at once. */
class Reaches {
  readonly #byRoutes = new Map<readonly RoutePlan[], Omit<HostReach, 'host'>>()

  of(virtualHost: VirtualHostPlan): HostReach {
    const { routes } = virtualHost
    let reach = this.#byRoutes.get(routes)
    if (!reach) {
      const seen = seenIn(routes)
      reach = {
        servedBy: [...seen].filter(([, { reached }]) => reached.size > 0).map(([source]) => source),
        hidden: [...seen].flatMap(([source, rules]) => hiddenRules(source, rules)),
      }
      this.#byRoutes.set(routes, reach)
    }
    return { host: hostOf(virtualHost), ...reach }
  }
}

const isHttpServer = ({ kind }: GatewayServer): boolean => kind === 'http' || kind === 'https'

function finalState({ state, virtualServices }: ServerReport, hosts: readonly HostReach[]): FinalState {
  const served = hosts.filter(({ servedBy }) => servedBy.length > 0)
  if (state === 'no-routes') return served.length > 0 ? 'served-by-others' : state
  if (state !== 'serves') return state
  const own = new Set(virtualServices)
  const isReached = served.some(({ servedBy }) => servedBy.some((virtualService) => own.has(virtualService)))
  const isHidden = hosts.some(({ hidden }) => hidden.some(({ virtualService }) => own.has(virtualService)))
  return isHidden && !isReached ? 'never-reached' : state
}

/** What requests to the hosts of each server of a router meet. */
export function reachOfServers({ view, gateways, servers }: RouterReport): ReadonlyMap<ServerReport, ServerReach> {
  const names = [
    ...new Set(
      servers.flatMap(({ server, state }) => (isHttpServer(server) && state !== 'lost' ? [server.routeName] : [])),
    ),
  ]
  const reaches = new Reaches()
  const byRoute = new Map(
    planGatewayRoutes(view, gateways.merged, names).map(({ name, virtualHosts = [] }) => [
      name,
      virtualHosts.map((virtualHost) => reaches.of(virtualHost)),
    ]),
  )
  return new Map(
    servers.map((report) => {
      const { server, state } = report
      const own = server.hosts.map((host) => splitHost(host).name)
      const all = isHttpServer(server) && state !== 'lost' ? (byRoute.get(server.routeName) ?? []) : []
      const hosts = all.filter(({ host }) => own.some((name) => hostsMatch(host, name)))
      return [report, { state: finalState(report, hosts), hosts }]
    }),
  )
}
