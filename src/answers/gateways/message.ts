/** Gateways as data, and in the words that people read. */
import {
  conflictText,
  type GatewayConflict,
  type GatewayFinding,
  type GatewayParty,
  type RouterReport,
  type ServerReport,
  type ServerState,
  serverLocation,
  type UnboundRoute,
  unboundText,
} from '../../findings/gateways/index.ts'
import type { Metadata } from '../../kinds/resource.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { Location } from '../../sources/location.ts'

interface PlaceMessage {
  readonly file: string
  readonly line: number
  readonly column: number
}

function placeMessage(location: Location): PlaceMessage {
  const { file, line, column } = location.position()
  return { file, line, column }
}

/** `namespace/name` taken apart. */
function gatewayName(owner: string): { readonly namespace: string; readonly name: string } {
  const slash = owner.indexOf('/')
  return { namespace: owner.slice(0, slash), name: owner.slice(slash + 1) }
}

const nameMessage = ({ namespace, name }: Pick<Metadata, 'namespace' | 'name'>) => ({ namespace, name })
const nameText = ({ namespace, name }: Pick<Metadata, 'namespace' | 'name'>): string => `${namespace}/${name}`

// ---- data ----

function serverMessage({ server, listener, state, virtualServices }: ServerReport): object {
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

/** A router with the conflicts that are to be told of it. */
export interface RouterWithConflicts {
  readonly report: RouterReport
  readonly conflicts: readonly GatewayConflict[]
}

function routerMessage({ report, conflicts }: RouterWithConflicts): object {
  const { view, known, servers } = report
  const { description, namespace, clusterId } = view.proxy
  return {
    router: description,
    namespace,
    cluster: clusterId,
    assumed: !known,
    servers: servers.map(serverMessage),
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
export function findingMessage({ code, message, hint, location }: Omit<GatewayFinding, 'gateway'>): object {
  return { code, severity: 'warning', message, ...(hint && { hint }), location: placeMessage(location) }
}

/** The form of `-o json`. */
export function gatewaysMessage(
  routers: readonly RouterWithConflicts[],
  unbound: readonly UnboundRoute[],
  findings: readonly GatewayFinding[],
): object {
  return {
    routers: routers.map(routerMessage),
    unbound: unbound.map(unboundMessage),
    findings: findings.map(findingMessage),
  }
}

// ---- words ----

const STATES: Readonly<Record<ServerState, string>> = {
  serves: 'ok',
  redirects: 'redirects to HTTPS',
  'no-routes': '404: no VirtualService',
  'no-chains': 'not served: no VirtualService',
  'privileged-port': 'not served: privileged port',
  lost: 'left out: conflict',
}

/** Of names in one cell; -o json has all. */
const MOST_NAMES = 6

function listed(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''
  return names.slice(0, MOST_NAMES).join(', ') + more || '-'
}

function tlsText({ tls }: ServerReport['server']['spec']): string {
  if (!tls) return '-'
  if (tls.httpsRedirect) return 'redirect'
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  return [tls.mode, ...names.filter((name) => name !== '')].join(' ')
}

export const SERVER_HEADERS = [
  'GATEWAY',
  'SERVER',
  'LISTENER',
  'HOSTS',
  'TLS',
  'VIRTUAL SERVICES',
  'STATE',
  'SOURCE',
] as const

/** One server in the columns of `SERVER_HEADERS`. */
export function serverRow({ server, listener, state, virtualServices }: ServerReport): readonly string[] {
  const { port, spec } = server
  return [
    server.owner,
    `${port.number} ${port.protocol}`,
    listener || '-',
    listed(server.hosts),
    tlsText(spec),
    listed(virtualServices.map(({ meta }) => nameText(meta))),
    STATES[state],
    fileAndLine(serverLocation(server)),
  ]
}

export const CONFLICT_HEADERS = ['FIRST', 'SECOND', 'CONFLICT'] as const

export function gatewayConflictRow(conflict: GatewayConflict): readonly string[] {
  const text = ({ what, location }: GatewayParty) => `${what} (${fileAndLine(location)})`
  return [text(conflict.winner), text(conflict.loser), conflictText(conflict)]
}

export const UNBOUND_HEADERS = ['NOT BOUND', 'GATEWAY', 'WHY', 'SOURCE'] as const

export function unboundRow(route: UnboundRoute): readonly string[] {
  const { virtualService, index, gateway } = route
  const place = fileAndLine(virtualService.location.child('spec', 'gateways', index))
  return [nameText(virtualService.meta), gateway, unboundText(route), place]
}
