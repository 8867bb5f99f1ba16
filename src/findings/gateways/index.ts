/** What is wrong with Gateways, and with what is bound to them, over all routers that were looked at. */
import { nearest } from '../../nearest.ts'
import type { GatewayResource } from '../../resources/kinds.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { describeResource } from '../../resources/resource.ts'
import type { Location } from '../../sources/location.ts'
import type { Finding } from '../finding.ts'
import {
  type GatewayConflict,
  type GatewayConflictKind,
  gatewayConflicts,
  serverLocation,
  serverText,
} from './conflicts.ts'
import {
  type RouterReport,
  type ServerReport,
  type UnboundReason,
  type UnboundRoute,
  unboundEverywhere,
} from './router.ts'
import { credentialsOf, type Secrets } from './secrets.ts'

export { type GatewayConflict, type GatewayParty, gatewayConflicts, serverLocation } from './conflicts.ts'
export {
  type RouterReport,
  routerReport,
  type ServerReport,
  type ServerState,
  type UnboundReason,
  type UnboundRoute,
  unboundEverywhere,
} from './router.ts'
export { type Secrets, secretsOf } from './secrets.ts'

/** A finding about one Gateway. */
export interface GatewayFinding extends Finding {
  /** `NAMESPACE/NAME`, as it is or as it is referred to. */
  readonly gateway: string
}

export interface GatewayReport {
  readonly gateways: readonly GatewayResource[]
  readonly routers: readonly RouterReport[]
  /** All routers of the mesh were looked at: what none of them has, nobody has. */
  readonly complete: boolean
  readonly secrets: Secrets
}

const ownerOf = ({ meta }: GatewayResource): string => `${meta.namespace}/${meta.name}`

/** Of hosts that a message lists. */
const MOST_HOSTS = 5

const listed = (texts: Iterable<string>): string => {
  const all = [...new Set(texts)]
  const more = all.length > MOST_HOSTS ? ` and ${all.length - MOST_HOSTS} more` : ''
  return all.slice(0, MOST_HOSTS).join(', ') + more
}

// ---- conflicts ----

const CONFLICTS: Readonly<Record<GatewayConflictKind, (conflict: GatewayConflict, hosts: string) => string>> = {
  'duplicate-tls-host': ({ port }, hosts) => `left out whole: TLS for ${hosts} on port ${port} is the winner's`,
  'protocol-conflict': ({ port }) => `left out whole: port ${port} is plain text of the winner, which it cannot share`,
  'duplicate-route-name': () => 'left out whole: its routes would have the same name (port number and name)',
  'duplicate-server-name': (_, hosts) => `not passed on: ${hosts} goes where the winner says`,
  'same-match': ({ port }, hosts) =>
    `both match ${hosts || 'any connection'} on port ${port}: Envoy refuses the listener`,
  'duplicate-host': ({ port }, hosts) => `${hosts} is there twice on port ${port}: its routes are repeated`,
}

/** Why the loser is lost, in words. */
export function conflictText(conflict: GatewayConflict): string {
  return CONFLICTS[conflict.kind](conflict, listed(conflict.hosts))
}

function conflictFinding(conflict: GatewayConflict): GatewayFinding {
  const { kind, winner, loser, orderAssumed } = conflict
  const order = orderAssumed ? ', order assumed: no creation times are stated' : ''
  return {
    code: `server-${kind}`,
    message: `${loser.what}: ${conflictText(conflict)} (${winner.what}, ${fileAndLine(winner.location)}${order})`,
    location: loser.location,
    gateway: loser.gateway,
  }
}

// ---- bindings ----

const UNBOUND: Readonly<Record<UnboundReason, string>> = {
  'no-gateway': 'there is no such Gateway in the input',
  'lost-server': 'the servers with its hosts are kept out by others',
  'other-protocol': 'it has no routes of the kind that the servers with its hosts need',
  'no-shared-host': 'no server of the Gateway has any of its hosts',
  'not-exported': "exportTo keeps it from the router's namespace",
  delegate: 'it has no hosts of its own: other VirtualServices delegate to it',
  'not-selected': 'the Gateway selects no router',
}

/** Which of them are mistakes of the VirtualService. The Gateway's own are said of the Gateway. */
const BINDING_CODES: Readonly<Partial<Record<UnboundReason, string>>> = {
  'no-gateway': 'virtual-service-gateway-missing',
  'lost-server': 'virtual-service-server-lost',
  'other-protocol': 'virtual-service-other-protocol',
  'no-shared-host': 'virtual-service-hosts-differ',
  'not-exported': 'virtual-service-not-exported',
}

const bindingLocation = ({ virtualService, index }: UnboundRoute): Location =>
  virtualService.location.child('spec', 'gateways', index)

/** Why a VirtualService does nothing at a Gateway, in words. */
export const unboundText = ({ reason }: UnboundRoute): string => UNBOUND[reason]

/** Phrases bindings; knows the Gateways by name. */
class BindingFindings {
  readonly #gateways: ReadonlyMap<string, GatewayResource>

  constructor(gateways: readonly GatewayResource[]) {
    this.#gateways = new Map(gateways.map((gateway) => [ownerOf(gateway), gateway]))
  }

  of(route: UnboundRoute): readonly GatewayFinding[] {
    const { virtualService, gateway, reason } = route
    const code = BINDING_CODES[reason]
    if (code === undefined) return []
    const message = `${describeResource(virtualService)} is not bound to Gateway ${gateway}: ${UNBOUND[reason]}`
    const location = bindingLocation(route)
    return [{ code, message: message + this.#hosts(route), hint: this.#hint(route), location, gateway }]
  }

  #hosts({ virtualService, gateway, reason }: UnboundRoute): string {
    const other = this.#gateways.get(gateway)
    if (reason !== 'no-shared-host' || !other) return ''
    const theirs = other.spec.servers.flatMap(({ hosts }) => hosts)
    return ` (${listed(virtualService.spec.hosts)}; it has ${listed(theirs)}, ${fileAndLine(other.location)})`
  }

  #hint({ gateway, reason }: UnboundRoute): string | undefined {
    if (reason !== 'no-gateway') return undefined
    const [, name = ''] = gateway.split('/')
    const close =
      [...this.#gateways.keys()].find((owner) => owner.endsWith(`/${name}`)) ?? nearest(gateway, this.#gateways.keys())
    return close && `did you mean ${close}?`
  }
}

// ---- Gateways ----

function selectorText({ spec }: GatewayResource): string {
  return [...spec.selector].map(([name, value]) => `${name}=${value}`).join(',') || 'all routers'
}

function selectsNobody({ gateways, routers, complete }: GatewayReport): readonly GatewayFinding[] {
  if (!complete) return []
  const selected = new Set(routers.filter(({ known }) => known).flatMap(({ facts }) => facts.merged.selected))
  return gateways
    .filter((gateway) => !selected.has(gateway))
    .map((gateway) => ({
      code: 'gateway-selects-nothing',
      message: `${describeResource(gateway)} selects no workload of the input (${selectorText(gateway)})`,
      location: gateway.location.child('spec', 'selector'),
      gateway: ownerOf(gateway),
    }))
}

// ---- servers ----

function privilegedPorts({ servers }: RouterReport): readonly GatewayFinding[] {
  return servers
    .filter(({ state }) => state === 'privileged-port')
    .map(({ server }) => ({
      code: 'server-privileged-port',
      message: `${serverText(server)}: the pod is not privileged and cannot listen on port ${server.resolvedPort}`,
      location: serverLocation(server),
      gateway: server.owner,
    }))
}

/** The Secrets that a server of a router needs and that the input has not, where it has Secrets at all. */
function missingSecrets({ view, known }: RouterReport, { server }: ServerReport, secrets: Secrets) {
  const { clusterId, namespace: own } = view.proxy
  if (!secrets.any(clusterId)) return []
  return credentialsOf(server).flatMap(({ namespace = own, name, location }): GatewayFinding[] => {
    // Where nobody knows which namespace the router is in, that of the Gateway is as good a guess.
    const namespaces = known ? [namespace] : [namespace, server.gateway.meta.namespace]
    if (namespaces.some((each) => secrets.has(clusterId, each, name))) return []
    const [elsewhere] = secrets.namespacesOf(clusterId, name)
    const hint = elsewhere && `there is one in ${elsewhere}; a router reads those of its own namespace`
    const message = `${serverText(server)} needs Secret ${namespace}/${name}, which is not in the input`
    return [{ code: 'credential-missing', message, hint, location, gateway: server.owner }]
  })
}

/** Each once: replicas of a gateway in several clusters have the same ones. */
function distinct(findings: readonly GatewayFinding[]): readonly GatewayFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()]
}

/** Everything that is wrong, Gateways first. */
export function gatewayFindings(report: GatewayReport): readonly GatewayFinding[] {
  const { gateways, routers, secrets } = report
  const bindings = new BindingFindings(gateways)
  return distinct([
    ...selectsNobody(report),
    ...routers.flatMap(({ facts }) => gatewayConflicts(facts).map(conflictFinding)),
    ...routers.flatMap(privilegedPorts),
    ...routers.flatMap((router) => router.servers.flatMap((server) => missingSecrets(router, server, secrets))),
    ...unboundEverywhere(routers).flatMap((route) => bindings.of(route)),
  ])
}
