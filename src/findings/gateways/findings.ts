/** Findings about Gateways and what is bound to them, over all routers. */
import { nearest } from '../../common/nearest.ts'
import type { GatewayResource } from '../../kinds/index.ts'
import { describeResource } from '../../kinds/resource.ts'
import { fileAndLine } from '../../resources/problems.ts'
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
import { selectorMistake } from './selectors.ts'

/** A finding about one Gateway. */
export interface GatewayFinding extends Finding {
  /** `NAMESPACE/NAME`, of the Gateway or of the reference to it. */
  readonly gateway: string
}

export interface GatewayReport {
  readonly gateways: readonly GatewayResource[]
  readonly routers: readonly RouterReport[]
  /** All routers of the mesh were checked, so what none of them has is missing. */
  readonly complete: boolean
  readonly secrets: Secrets
}

const ownerOf = ({ meta }: GatewayResource): string => `${meta.namespace}/${meta.name}`

/** At most this many hosts are listed in a message. */
const MOST_HOSTS = 5

const listed = (texts: Iterable<string>): string => {
  const all = [...new Set(texts)]
  const more = all.length > MOST_HOSTS ? ` and ${all.length - MOST_HOSTS} more` : ''
  return all.slice(0, MOST_HOSTS).join(', ') + more
}

// ---- conflicts ----

const CONFLICTS: Readonly<Record<GatewayConflictKind, (conflict: GatewayConflict, hosts: string) => string>> = {
  'duplicate-tls-host': ({ port }, hosts) => `the first has TLS for ${hosts} on port ${port}; the second is dropped`,
  'protocol-conflict': ({ port }) => `port ${port} is plain text for the first; the second is dropped`,
  'duplicate-route-name': () => 'their routes would have the same name (port number and name); the second is dropped',
  'duplicate-server-name': (_, hosts) => `TLS for ${hosts} follows the first`,
  'same-match': ({ port }, hosts) =>
    `both match ${hosts || 'any connection'} on port ${port}, so Envoy rejects the listener`,
  'duplicate-host': ({ port }, hosts) => `${hosts} is twice on port ${port}, so its routes are repeated`,
}

const ORDER_ASSUMED = ' (order assumed: creation times are missing or equal)'

/** The effect of a conflict as text; the first party is the winner. */
export function conflictText(conflict: GatewayConflict): string {
  return CONFLICTS[conflict.kind](conflict, listed(conflict.hosts)) + (conflict.orderAssumed ? ORDER_ASSUMED : '')
}

function conflictFinding(conflict: GatewayConflict): GatewayFinding {
  const { kind, winner, loser } = conflict
  const first = `${winner.what} (${fileAndLine(winner.location)})`
  return {
    code: `server-${kind}`,
    message: `${first} conflicts with ${loser.what}: ${conflictText(conflict)}`,
    location: loser.location,
    gateway: loser.gateway,
  }
}

// ---- bindings ----

const UNBOUND: Readonly<Record<UnboundReason, string>> = {
  'no-gateway': 'there is no such Gateway in the input',
  'lost-server': 'the servers with its hosts are dropped for others',
  'other-protocol': 'it has no routes of the kind that the servers with its hosts need',
  'no-shared-host': 'no server of the Gateway has any of its hosts',
  'not-exported': "exportTo excludes the router's namespace",
  delegate: 'it has no hosts of its own: other VirtualServices delegate to it',
  'not-selected': 'the Gateway selects no router',
}

/** Codes of those that are mistakes in the VirtualService. The Gateway's own mistakes are reported at the Gateway. */
const BINDING_CODES: Readonly<Partial<Record<UnboundReason, string>>> = {
  'no-gateway': 'virtual-service-gateway-missing',
  'lost-server': 'virtual-service-server-lost',
  'other-protocol': 'virtual-service-other-protocol',
  'no-shared-host': 'virtual-service-hosts-differ',
  'not-exported': 'virtual-service-not-exported',
}

const bindingLocation = ({ virtualService, index }: UnboundRoute): Location =>
  virtualService.location.child('spec', 'gateways', index)

/** Why a VirtualService has no effect at a Gateway, as text. */
export const unboundText = ({ reason }: UnboundRoute): string => UNBOUND[reason]

/** Each suggestion compares with every Gateway, and more of them would not help the user. */
const MOST_SUGGESTIONS = 50

/** Words bindings; knows the Gateways by name. */
class BindingFindings {
  readonly #gateways: ReadonlyMap<string, GatewayResource>
  /** By the Gateway's name alone. */
  readonly #owners: ReadonlyMap<string, string>
  readonly #hosts = new Map<string, string>()
  readonly #suggestions = new Map<string, string | undefined>()

  constructor(gateways: readonly GatewayResource[]) {
    this.#gateways = new Map(gateways.map((gateway) => [ownerOf(gateway), gateway]))
    this.#owners = new Map(gateways.map((gateway) => [gateway.meta.name, ownerOf(gateway)]))
  }

  of(route: UnboundRoute): readonly GatewayFinding[] {
    const { virtualService, gateway, reason } = route
    const code = BINDING_CODES[reason]
    if (code === undefined) return []
    const what = `${describeResource(virtualService)} is not bound to Gateway ${gateway}: ${UNBOUND[reason]}`
    const hosts =
      reason === 'no-shared-host' ? ` (${listed(virtualService.spec.hosts)}; ${this.#hostsOf(gateway)})` : ''
    const hint = reason === 'no-gateway' ? this.#suggestion(gateway) : undefined
    return [{ code, message: what + hosts, hint, location: bindingLocation(route), gateway }]
  }

  #hostsOf(owner: string): string {
    let text = this.#hosts.get(owner)
    const gateway = this.#gateways.get(owner)
    if (text === undefined && gateway) {
      const hosts = gateway.spec.servers.flatMap((server) => server.hosts)
      text = `it has ${listed(hosts)}, ${fileAndLine(gateway.location)}`
      this.#hosts.set(owner, text)
    }
    return text ?? ''
  }

  #suggestion(missing: string): string | undefined {
    if (!this.#suggestions.has(missing) && this.#suggestions.size < MOST_SUGGESTIONS) {
      const [, name = ''] = missing.split('/')
      const close = this.#owners.get(name) ?? nearest(missing, this.#gateways.keys())
      this.#suggestions.set(missing, close && `did you mean ${close}?`)
    }
    return this.#suggestions.get(missing)
  }
}

// ---- Gateways ----

function selectorText({ spec }: GatewayResource): string {
  return [...spec.selector].map(([name, value]) => `${name}=${value}`).join(',') || 'all routers'
}

function selectsNobody({ gateways, routers, complete }: GatewayReport): readonly GatewayFinding[] {
  if (!complete) return []
  const selected = new Set(routers.filter(({ known }) => known).flatMap((router) => router.gateways.merged.selected))
  return gateways.flatMap((gateway): GatewayFinding[] => {
    const mistake = selected.has(gateway) ? undefined : selectorMistake(gateway, routers)
    if (mistake === undefined) return []
    return [
      {
        code: 'gateway-selects-nothing',
        message: `${describeResource(gateway)} selects no router of the input (${selectorText(gateway)}): ${mistake}`,
        location: gateway.location.child('spec', 'selector'),
        gateway: ownerOf(gateway),
      },
    ]
  })
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

/** The Secrets that a router's server needs and that are missing, if the input has any Secrets. */
function missingSecrets({ view, known }: RouterReport, { server }: ServerReport, secrets: Secrets) {
  const { clusterId, namespace: own } = view.proxy
  if (!secrets.any(clusterId)) return []
  return credentialsOf(server).flatMap(({ namespace = own, name, location }): GatewayFinding[] => {
    // If the router's namespace is unknown, the Gateway's is as good a guess.
    const namespaces = known ? [namespace] : [namespace, server.gateway.meta.namespace]
    if (namespaces.some((each) => secrets.has(clusterId, each, name))) return []
    const [elsewhere] = secrets.namespacesOf(clusterId, name)
    const hint = elsewhere && `there is one in ${elsewhere}; a router reads those of its own namespace`
    const message = `${serverText(server)} needs Secret ${namespace}/${name}, which is not in the input`
    return [{ code: 'credential-missing', message, hint, location, gateway: server.owner }]
  })
}

/** Without duplicates: replicas of a gateway in several clusters have the same findings. */
function distinct(findings: readonly GatewayFinding[]): readonly GatewayFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()]
}

/** All findings, Gateways first. */
export function gatewayFindings(report: GatewayReport): readonly GatewayFinding[] {
  const { gateways, routers, secrets } = report
  const bindings = new BindingFindings(gateways)
  return distinct([
    ...selectsNobody(report),
    ...routers.flatMap((router) => gatewayConflicts(router.gateways).map(conflictFinding)),
    ...routers.flatMap(privilegedPorts),
    ...routers.flatMap((router) => router.servers.flatMap((server) => missingSecrets(router, server, secrets))),
    ...unboundEverywhere(routers).flatMap((route) => bindings.of(route)),
  ])
}
