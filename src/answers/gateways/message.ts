/** Gateways as data. */
import {
  conflictText,
  type GatewayConflict,
  type GatewayFinding,
  type GatewayParty,
  type HiddenRules,
  type HostReach,
  type RouterReport,
  type ServerReach,
  type ServerReport,
  serverLocation,
  type UnboundRoute,
  unboundText,
} from '../../findings/gateways/index.ts'
import type { Metadata } from '../../kinds/resource.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { placeMessage } from '../place.ts'
import { releaseMessage } from '../release.ts'

/** Splits `namespace/name`. */
function gatewayName(owner: string): { readonly namespace: string; readonly name: string } {
  const slash = owner.indexOf('/')
  return { namespace: owner.slice(0, slash), name: owner.slice(slash + 1) }
}

const nameMessage = ({ namespace, name }: Pick<Metadata, 'namespace' | 'name'>) => ({ namespace, name })

function hiddenMessage({ virtualService, rules, by }: HiddenRules): object {
  return { ...nameMessage(virtualService.meta), ...(rules && { rules }), by: nameMessage(by.meta) }
}

const hostMessage = ({ host, servedBy, hidden }: HostReach): object => ({
  host,
  servedBy: servedBy.map(({ meta }) => nameMessage(meta)),
  neverReached: hidden.map(hiddenMessage),
})

function serverMessage({ server, listener, virtualServices }: ServerReport, { state, hosts }: ServerReach): object {
  const { port, spec, gateway } = server
  const { tls } = spec
  return {
    gateway: nameMessage(gateway.meta),
    index: server.index,
    ...(spec.name !== '' && { name: spec.name }),
    port: port.number,
    protocol: port.protocol,
    listener,
    hosts: server.hosts,
    ...(tls && {
      tls: {
        mode: tls.httpsRedirect ? 'HTTPS_REDIRECT' : tls.mode,
        ...(tls.credentialName !== '' && { credentialName: tls.credentialName }),
        ...(tls.credentialNames.length > 0 && { credentialNames: tls.credentialNames }),
      },
    }),
    routeConfiguration: server.routeName,
    state,
    routes: hosts.map(hostMessage),
    virtualServices: virtualServices.map(({ meta, location }) => ({
      ...nameMessage(meta),
      location: placeMessage(location),
    })),
    location: placeMessage(serverLocation(server)),
  }
}

const partyMessage = ({ what, gateway, location }: GatewayParty): object => ({
  what,
  gateway: gatewayName(gateway),
  location: placeMessage(location),
})

function conflictMessage(conflict: GatewayConflict): object {
  const { kind, port, hosts, orderAssumed, winner, loser } = conflict
  return {
    kind,
    port,
    hosts,
    why: conflictText(conflict),
    orderAssumed,
    winner: partyMessage(winner),
    loser: partyMessage(loser),
  }
}

/** A router, its conflicts, and what requests meet. */
export interface RouterWithConflicts {
  readonly report: RouterReport
  readonly reach: ReadonlyMap<ServerReport, ServerReach>
  readonly conflicts: readonly GatewayConflict[]
}

const UNKNOWN: ServerReach = { state: 'lost', hosts: [] }

/** What requests to a server of the router meet. */
export const reachOf = ({ reach }: RouterWithConflicts, server: ServerReport): ServerReach =>
  reach.get(server) ?? UNKNOWN

function routerMessage(router: RouterWithConflicts): object {
  const { report, conflicts } = router
  const { view, known, servers } = report
  const { description, namespace, clusterId } = view.proxy
  return {
    router: description,
    namespace,
    cluster: clusterId,
    assumed: !known,
    servers: servers.map((server) => serverMessage(server, reachOf(router, server))),
    conflicts: conflicts.map(conflictMessage),
  }
}

function unboundMessage(route: UnboundRoute): object {
  const { virtualService, index, gateway, reason } = route
  return {
    ...nameMessage(virtualService.meta),
    gateway: gatewayName(gateway),
    reason,
    why: unboundText(route),
    location: placeMessage(virtualService.location.child('spec', 'gateways', index)),
  }
}

/** A finding as data. */
function findingMessage({ code, message, hint, location }: Omit<GatewayFinding, 'gateway'>): object {
  return { code, severity: 'warning', message, ...(hint && { hint }), location: placeMessage(location) }
}

/** What gateways serve, and what they do not. */
export interface GatewaysAnswer {
  readonly release: Release
  readonly routers: readonly RouterWithConflicts[]
  /** VirtualServices that are not bound to a Gateway. */
  readonly unbound: readonly UnboundRoute[]
  readonly findings: readonly GatewayFinding[]
}

/** Levels of the message down to a server. */
export const GATEWAYS_LEVELS = 4

/** The value of `-o json`. */
export function gatewaysMessage({ release, routers, unbound, findings }: GatewaysAnswer): object {
  return {
    istio: releaseMessage(release),
    routers: routers.map(routerMessage),
    unbound: unbound.map(unboundMessage),
    findings: findings.map(findingMessage),
  }
}
