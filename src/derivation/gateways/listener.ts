/** One listener as a server of an internal Gateway (pilot/pkg/config/kube/gateway/conversion.go buildListener). */
import { compareBytes } from '../../common/bytes.ts'
import type { KubernetesGateway, ListenerSet, Namespace } from '../../kinds/index.ts'
import { Server } from '../../kinds/messages/gateway.ts'
import type { Listener, RouteGroupKind } from '../../kinds/messages/gateway-api/gateway.ts'
import { GATEWAY_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import { type ClassTreatment, isOfAmbient } from '../../resources/gateway-api/classes.ts'
import { selectsNamespace } from '../../resources/gateway-api/listener-sets.ts'
import type { ReadKinds } from '../../resources/gateway-api/read-kinds.ts'
import type { Location } from '../../sources/location.ts'
import type { CertificateStore, Problem } from './references.ts'
import { listenerTls, type TlsResult } from './tls.ts'

/** A listener and whose it is. */
export interface OwnedListener {
  readonly owner: KubernetesGateway | ListenerSet
  /** That of the owner, or that the owner belongs to. */
  readonly gateway: KubernetesGateway
  readonly index: number
  readonly listener: Listener
  /** With the default of the protocol; 0 when a ListenerSet states none and the protocol has none. */
  readonly port: number
  readonly location: Location
}

/** Another listener that was there first. */
export interface ListenerConflict {
  readonly reason: 'HostnameConflict' | 'ProtocolConflict'
  readonly winner: OwnedListener
}

/** What becomes of a listener. */
export interface DerivedListener extends OwnedListener {
  readonly conflict: ListenerConflict | undefined
  readonly tls: TlsResult | undefined
  /** Why the protocol cannot be served. */
  readonly protocolProblem: Problem | undefined
  /** Why a waypoint does not accept it; it stays valid nevertheless. */
  readonly waypointProblem: Problem | undefined
  /** Its TLS section is missing, which makes a ListenerSet's listener invalid and a Gateway's disappear. */
  readonly lacksTls: boolean
  /** undefined for a listener that lost a conflict or lacks its TLS. */
  readonly server: Server | undefined
  /** Nothing is wrong with its TLS and protocol. */
  readonly isValid: boolean
  readonly kinds: readonly RouteGroupKind[]
  /** All kinds that it asks for are kinds that it can have. */
  readonly hasValidKinds: boolean
}

const HBONE = 'HBONE'
/** The port of ambient mode's tunnels. */
export const HBONE_PORT = 15008
const PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP'])

const routeKind = (kind: string): RouteGroupKind => ({ group: GATEWAY_GROUP, kind })
const HTTP_KINDS = [routeKind('HTTPRoute'), routeKind('GRPCRoute')]
const NO_KINDS: readonly RouteGroupKind[] = []

function kindsOfProtocol({ protocol, tls }: Listener): readonly RouteGroupKind[] {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return HTTP_KINDS
  if (protocol === 'TCP') return [routeKind('TCPRoute')]
  if (protocol !== 'TLS') return NO_KINDS
  return [routeKind('TLSRoute'), ...(tls?.mode === 'Terminate' ? [routeKind('TCPRoute')] : [])]
}

/** The kinds of routes that a listener takes, and whether it asks for no others. */
function kindsOf(listener: Listener): Pick<DerivedListener, 'kinds' | 'hasValidKinds'> {
  const own = kindsOfProtocol(listener)
  const stated = listener.allowedRoutes.kinds
  if (stated.length === 0) return { kinds: own, hasValidKinds: true }
  const kinds = own.filter(({ group, kind }) => stated.some((each) => each.group === group && each.kind === kind))
  return { kinds, hasValidKinds: kinds.length === stated.length }
}

function allowedNamespaces(
  { allowedRoutes: { namespaces } }: Listener,
  own: string,
  all: ReadonlyMap<string, Namespace>,
): readonly string[] {
  if (namespaces.from === 'Same') return [own]
  const { selector } = namespaces
  if (namespaces.from === 'All' || !selector) return ['*']
  const selected = [...all.values()].filter((namespace) => selectsNamespace(selector, namespace))
  return selected.map(({ meta }) => meta.name).sort(compareBytes)
}

/** `NAMESPACE/HOST` for each namespace that may attach routes; with `~` when there is none. */
function hostsOf({ owner, listener }: OwnedListener, namespaces: ReadonlyMap<string, Namespace>): readonly string[] {
  const hostname = listener.hostname ?? '*'
  const allowed = allowedNamespaces(listener, owner.meta.namespace, namespaces)
  return allowed.length === 0 ? [`~/${hostname}`] : allowed.map((namespace) => `${namespace}/${hostname}`)
}

function protocolProblem(
  { listener: { protocol }, port, location }: OwnedListener,
  tools: Pick<ListenerTools, 'treatment' | 'reads'>,
): Problem | undefined {
  const { reads } = tools
  if (isOfAmbient(tools) && protocol === HBONE) return undefined
  const problem = (message: string): Problem => ({
    reason: 'UnsupportedProtocol',
    message,
    location: location.child('protocol'),
  })
  if (!PROTOCOLS.has(protocol)) {
    const upper = protocol.toUpperCase()
    const hint = PROTOCOLS.has(upper) ? `; write it as ${upper}` : ''
    return problem(`istiod does not serve the protocol ${protocol}${hint}`)
  }
  const isUnread = (protocol === 'TCP' && !reads.tcpRoutes) || (protocol === 'TLS' && !reads.tlsRoutes)
  if (isUnread)
    return problem(`this release serves the protocol ${protocol} only with PILOT_ENABLE_ALPHA_GATEWAY_API=true`)
  return port === 0 ? problem(`the protocol ${protocol} has no usual port, so the listener needs one`) : undefined
}

/** Why a listener is not one that waypoints have (unexpectedWaypointListener, unexpectedEastWestWaypointListener). */
function waypointProblem(
  { listener: { protocol, tls }, port, location }: OwnedListener,
  treatment: ClassTreatment,
): Problem | undefined {
  const problem = (message: string): Problem => ({ reason: 'UnsupportedProtocol', message, location })
  const isTunnel = port === HBONE_PORT && protocol === HBONE
  if (treatment === 'waypoint' && !isTunnel) {
    return problem(`a waypoint has one listener, on port ${HBONE_PORT} with protocol ${HBONE}`)
  }
  if (treatment !== 'east-west') return undefined
  if (isTunnel && tls?.mode === 'Terminate') return undefined
  if (port !== HBONE_PORT && protocol === 'TLS' && tls?.mode === 'Passthrough') return undefined
  const tunnel = `on port ${HBONE_PORT} with protocol ${HBONE} and tls mode Terminate`
  return problem(`a gateway between networks has listeners ${tunnel}, or with protocol TLS and mode Passthrough`)
}

/** A listener that lost against another one: nothing else of it is looked at. */
export function lostListener(owned: OwnedListener, conflict: ListenerConflict): DerivedListener {
  return {
    ...owned,
    conflict,
    tls: undefined,
    protocolProblem: undefined,
    waypointProblem: undefined,
    lacksTls: false,
    server: undefined,
    isValid: false,
    ...kindsOf(owned.listener),
  }
}

/** What a listener depends on. */
interface ListenerTools {
  readonly store: CertificateStore
  readonly namespaces: ReadonlyMap<string, Namespace>
  readonly treatment: ClassTreatment
  readonly reads: ReadKinds
}

/** The server of a listener, and what is wrong with it. */
export function deriveListener(owned: OwnedListener, tools: ListenerTools): DerivedListener {
  const { store, namespaces, treatment } = tools
  const { owner, gateway, listener, port, location } = owned
  const tls =
    listener.tls && listenerTls(store, { owner, gateway, port, tls: listener.tls, location: location.child('tls') })
  const unsupported = protocolProblem(owned, tools)
  const lacksTls = !tls && (listener.protocol === 'HTTPS' || listener.protocol === 'TLS')
  const server: Server = {
    ...Server.zero,
    port: { number: port, protocol: listener.protocol, name: 'default', targetPort: 0 },
    hosts: hostsOf(owned, namespaces),
    tls: tls?.settings,
  }
  const isOfSet = owner !== gateway
  return {
    ...owned,
    conflict: undefined,
    tls,
    protocolProblem: unsupported,
    waypointProblem: waypointProblem(owned, treatment),
    lacksTls,
    server: lacksTls ? undefined : server,
    isValid: !tls?.problem && !unsupported && !(lacksTls && isOfSet),
    ...kindsOf(listener),
  }
}
