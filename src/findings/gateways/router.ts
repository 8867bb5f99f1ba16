/** The state of each Gateway server of one router, and of what is bound to it. */
import {
  BoundVirtualServices,
  type DroppedServer,
  type GatewayServer,
  listenerOfSlot,
  type RouterGateways,
  redirectsToHttps,
  type ServerKind,
  type SharedHosts,
  splitHost,
} from '../../envoy/gateways/index.ts'
import type { VirtualServiceResource } from '../../kinds/index.ts'
import { hostsMatch } from '../../scope/hosts.ts'
import type { ProxyView, VirtualServiceView } from '../../scope/view.ts'

/**
 * The state of a server: it serves routes, redirects everything to HTTPS, answers 404 because it has no VirtualService,
 * has no filter chain for the same reason, has a port that the pod may not listen on, or is dropped for another server.
 */
export type ServerState = 'serves' | 'redirects' | 'no-routes' | 'no-chains' | 'privileged-port' | 'lost'

export interface ServerReport {
  readonly server: GatewayServer
  /** The listener's name; '' for a dropped server. */
  readonly listener: string
  readonly state: ServerState
  readonly lostTo: DroppedServer | undefined
  /** Those with routes for it, in order of precedence. */
  readonly virtualServices: readonly VirtualServiceResource[]
}

/**
 * Why a VirtualService does nothing at a Gateway: as in the bindings of the generator, and `lost-server` when the servers
 * that share hosts with it are kept out by others, `other-protocol` when it has no routes of the kind that they need.
 */
export type UnboundReason =
  | 'no-gateway'
  | 'lost-server'
  | 'other-protocol'
  | 'no-shared-host'
  | 'not-exported'
  | 'delegate'
  | 'not-selected'

/** A VirtualService and a Gateway that it names without effect. */
export interface UnboundRoute {
  readonly virtualService: VirtualServiceResource
  /** Index in the VirtualService's `gateways`. */
  readonly index: number
  /** `NAMESPACE/NAME` */
  readonly gateway: string
  readonly reason: UnboundReason
}

/** One router with its Gateways. */
export interface RouterReport {
  readonly view: ProxyView
  /** The router is in the manifests; otherwise it is assumed, for Gateways without a router in the manifests. */
  readonly known: boolean
  readonly gateways: RouterGateways
  /** Listener by listener, then the dropped ones. */
  readonly servers: readonly ServerReport[]
  readonly unbound: readonly UnboundRoute[]
}

/** Which routes of a VirtualService a kind of server uses. */
const ROUTES_OF: Readonly<Record<ServerKind, 'http' | 'tcp' | 'tls' | undefined>> = {
  http: 'http',
  https: 'http',
  tcp: 'tcp',
  tls: 'tcp',
  passthrough: 'tls',
  'auto-passthrough': undefined,
}

function hasRoutesFor(kind: ServerKind, virtualService: VirtualServiceView): boolean {
  const routes = ROUTES_OF[kind]
  return routes !== undefined && virtualService[routes].length > 0
}

/** The VirtualServices of servers; servers with the same hosts share a list. */
class UsedVirtualServices {
  readonly #bound: BoundVirtualServices
  readonly #lists = new Map<readonly SharedHosts[], Map<ServerKind, readonly VirtualServiceResource[]>>()

  constructor(view: ProxyView) {
    this.#bound = new BoundVirtualServices(view)
  }

  of(server: GatewayServer): readonly VirtualServiceResource[] {
    const shared = this.#bound.of(server)
    const byKind = this.#lists.get(shared) ?? new Map<ServerKind, readonly VirtualServiceResource[]>()
    this.#lists.set(shared, byKind)
    let list = byKind.get(server.kind)
    if (!list) {
      const used = shared.filter(({ virtualService }) => hasRoutesFor(server.kind, virtualService))
      list = [...new Set(used.map(({ virtualService }) => virtualService.source))]
      byKind.set(server.kind, list)
    }
    return list
  }
}

function stateOf(server: GatewayServer, used: number, omitted: 'no-chains' | 'privileged-port' | undefined) {
  if (omitted) return omitted
  if (server.kind === 'auto-passthrough') return 'serves'
  if (redirectsToHttps(server)) return 'redirects'
  if (used > 0) return 'serves'
  return ROUTES_OF[server.kind] === 'http' ? 'no-routes' : 'no-chains'
}

function servedServers(view: ProxyView, { merged, listeners }: RouterGateways): readonly ServerReport[] {
  const used = new UsedVirtualServices(view)
  const omitted = new Map(listeners.omitted.map(({ name, reason }) => [name, reason]))
  // A replaced slot appears twice.
  return [...new Set(merged.slots)].flatMap((slot) => {
    const listener = listenerOfSlot(slot, view)
    return slot.servers.map((server) => {
      const virtualServices = used.of(server)
      const state = stateOf(server, virtualServices.length, omitted.get(listener))
      return { server, listener, state, lostTo: undefined, virtualServices }
    })
  })
}

/** The VirtualServices that some server of a Gateway uses, by Gateway. */
function usedByGateway(servers: readonly ServerReport[]): ReadonlyMap<string, ReadonlySet<VirtualServiceResource>> {
  const out = new Map<string, Set<VirtualServiceResource>>()
  const seen = new Set<readonly VirtualServiceResource[]>()
  for (const { server, virtualServices } of servers) {
    if (seen.has(virtualServices)) continue
    seen.add(virtualServices)
    const used = out.get(server.owner) ?? new Set()
    out.set(server.owner, used)
    for (const virtualService of virtualServices) used.add(virtualService)
  }
  return out
}

/** At most this many dropped servers are compared with their Gateway's VirtualServices. */
const MOST_LOST = 100

function sharesHost({ hosts }: GatewayServer, { spec, meta }: VirtualServiceResource): boolean {
  return hosts.map(splitHost).some(({ namespace, name }) => {
    return (namespace ?? meta.namespace) === meta.namespace && spec.hosts.some((host) => hostsMatch(host, name))
  })
}

function lostByGateway(dropped: readonly DroppedServer[]): ReadonlyMap<string, readonly GatewayServer[]> {
  const out = new Map<string, GatewayServer[]>()
  for (const { server } of dropped) {
    const list = out.get(server.owner)
    if (!list) out.set(server.owner, [server])
    else if (list.length < MOST_LOST) list.push(server)
  }
  return out
}

function unboundRoutes(
  { merged, bindings }: RouterGateways,
  servers: readonly ServerReport[],
): readonly UnboundRoute[] {
  const used = usedByGateway(servers)
  const lost = lostByGateway(merged.dropped)
  function reasonOf(binding: RouterGateways['bindings'][number]): UnboundReason | undefined {
    const { virtualService, gateway, unbound } = binding
    if (unbound === undefined) return used.get(gateway)?.has(virtualService) ? undefined : 'other-protocol'
    if (unbound !== 'no-shared-host') return unbound
    const candidates = lost.get(gateway) ?? []
    return candidates.some((server) => sharesHost(server, virtualService)) ? 'lost-server' : unbound
  }
  return bindings.flatMap((binding) => {
    const { virtualService, index, gateway } = binding
    const reason = reasonOf(binding)
    return reason === undefined ? [] : [{ virtualService, index, gateway, reason }]
  })
}

/** @param known whether the router is in the manifests */
export function routerReport(view: ProxyView, gateways: RouterGateways, known: boolean): RouterReport {
  const served = servedServers(view, gateways)
  const lost = gateways.merged.dropped.map(
    (lostTo): ServerReport => ({
      server: lostTo.server,
      listener: '',
      state: 'lost',
      lostTo,
      virtualServices: [],
    }),
  )
  return { view, known, gateways, servers: [...served, ...lost], unbound: unboundRoutes(gateways, served) }
}

/** If routers differ, the first of these reasons is reported for a VirtualService that no router serves. */
const REASONS: readonly UnboundReason[] = [
  'no-gateway',
  'lost-server',
  'other-protocol',
  'no-shared-host',
  'not-exported',
  'delegate',
  'not-selected',
]

/** The VirtualService bindings that no router serves, in input order. */
export function unboundEverywhere(routers: readonly RouterReport[]): readonly UnboundRoute[] {
  const [first] = routers
  if (!first) return []
  const found = new Map<string, { readonly route: UnboundRoute; routers: number }>()
  for (const { unbound } of routers) {
    for (const route of unbound) {
      const { meta } = route.virtualService
      const key = JSON.stringify([meta.namespace, meta.name, route.index])
      const known = found.get(key)
      const better = !known || REASONS.indexOf(route.reason) < REASONS.indexOf(known.route.reason)
      found.set(key, { route: better ? route : known.route, routers: (known?.routers ?? 0) + 1 })
    }
  }
  return [...found.values()].filter((each) => each.routers === routers.length).map(({ route }) => route)
}
