/** Servers of Gateways as one router sees them (pilot/pkg/model/gateway.go, pkg/config/gateway). */

import { compareBytes } from '../../../common/bytes.ts'
import { LABELS } from '../../../common/istio-names.ts'
import type { GatewayResource } from '../../../kinds/index.ts'
import type { Port, Server } from '../../../kinds/messages/gateway.ts'
import { byCreationThenName, selects } from '../../../kinds/resource.ts'
import { isHttp, type Protocol, parseProtocol } from '../../../registry/protocol.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView, ServiceTarget } from '../../../scope/view.ts'

/**
 * What a server does with connections: HTTP in plain text, HTTPS or other TLS that ends here, plain TCP, TLS that is
 * passed on by its server name, and TLS that other gateways have addressed to one cluster.
 */
export type ServerKind = 'http' | 'https' | 'tls' | 'tcp' | 'passthrough' | 'auto-passthrough'

/** One server of a Gateway that selects the router. */
export interface GatewayServer {
  readonly gateway: GatewayResource
  /** `NAMESPACE/NAME` of the Gateway. */
  readonly owner: string
  /** Index in the Gateway. */
  readonly index: number
  readonly spec: Server
  readonly port: Port
  readonly protocol: Protocol
  readonly kind: ServerKind
  /** With their namespaces made complete: `HOST`, or `NAMESPACE/HOST`. */
  readonly hosts: readonly string[]
  /** The hosts alone, each once, sorted. */
  readonly serverNames: readonly string[]
  /** What is listened on. */
  readonly resolvedPort: number
  /** The service port that translates the server's number; undefined when no service of the router has it. */
  readonly translatedBy: ServiceTarget | undefined
  /** Of the route configuration; '' for servers that do not speak HTTP. */
  readonly routeName: string
}

/** Which Gateways a router gets, and which it does not; in the order in which they take precedence. */
export interface GatewaySelection {
  readonly selected: readonly GatewayResource[]
  readonly others: readonly GatewayResource[]
}

/** Gateways apply by their selectors, over all namespaces unless istiod is told otherwise. */
export function selectGateways({ proxy, registry }: ProxyView): GatewaySelection {
  const { istio, features } = registry.snapshot
  const ownOnly = flag(features.env, 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', false)
  const selected: GatewayResource[] = []
  const others: GatewayResource[] = []
  for (const gateway of [...istio.gateways].sort(byCreationThenName)) {
    const inScope = !ownOnly || gateway.meta.namespace === proxy.namespace
    const applies = inScope && selects(gateway.spec.selector, proxy.labels)
    if (applies) selected.push(gateway)
    else others.push(gateway)
  }
  return { selected, others }
}

export const ownerOf = ({ meta }: GatewayResource): string => `${meta.namespace}/${meta.name}`

/** `./h` is of the Gateway's namespace, `*\/h` of any; `*\/*` replaces all hosts. */
function completeHosts(hosts: readonly string[], namespace: string): readonly string[] {
  const out: string[] = []
  for (const host of hosts) {
    const [scope = '', name = ''] = host.split('/')
    if (!host.includes('/')) out.push(host)
    else if (scope === '.') out.push(`${namespace}/${name}`)
    else if (scope !== '*') out.push(host)
    else if (name === '*') return ['*']
    else out.push(name)
  }
  return out
}

/** A host with the namespace that VirtualServices must have to use it; undefined for any. */
export function splitHost(host: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = host.indexOf('/')
  return slash < 0
    ? { namespace: undefined, name: host }
    : { namespace: host.slice(0, slash), name: host.slice(slash + 1) }
}

function kindOf({ tls }: Server, protocol: Protocol): ServerKind {
  if (isHttp(protocol)) return 'http'
  if (!tls) return 'tcp'
  if (tls.mode === 'AUTO_PASSTHROUGH') return 'auto-passthrough'
  if (tls.mode === 'PASSTHROUGH') return 'passthrough'
  return protocol === 'HTTPS' ? 'https' : 'tls'
}

function routeNameOf(kind: ServerKind, { bind }: Server, port: Port, resolvedPort: number, gateway: GatewayResource) {
  const suffix = bind === '' ? '' : `.${bind}`
  if (kind === 'http') return `http.${resolvedPort}${suffix}`
  if (kind !== 'https') return ''
  const { name, namespace } = gateway.meta
  return `https.${port.number}.${port.name}.${name}.${namespace}${suffix}`
}

/** The first service port of each number: by it a Gateway's port becomes the one that the workload listens on. */
function translations(targets: readonly ServiceTarget[]): ReadonlyMap<number, ServiceTarget> {
  const byNumber = new Map<number, ServiceTarget>()
  for (const target of targets) {
    const { number } = target.port
    if (!byNumber.has(number) && !target.service.labels.has(LABELS.disablePortTranslation)) byNumber.set(number, target)
  }
  return byNumber
}

function serverOf(
  gateway: GatewayResource,
  index: number,
  spec: Server,
  byNumber: ReadonlyMap<number, ServiceTarget>,
): GatewayServer | undefined {
  const { port } = spec
  if (!port) return undefined
  const protocol = parseProtocol(port.protocol)
  const kind = kindOf(spec, protocol)
  const hosts = completeHosts(spec.hosts, gateway.meta.namespace)
  const translatedBy = byNumber.get(port.number)
  const resolvedPort = translatedBy?.targetPort ?? port.number
  return {
    gateway,
    owner: ownerOf(gateway),
    index,
    spec,
    port,
    protocol,
    kind,
    hosts,
    serverNames: [...new Set(hosts.map((host) => splitHost(host).name))].sort(compareBytes),
    resolvedPort,
    translatedBy,
    routeName: routeNameOf(kind, spec, port, resolvedPort, gateway),
  }
}

/** The servers of Gateways in order, before any of them is merged with others. */
export function serversOf(gateways: readonly GatewayResource[], view: ProxyView): readonly GatewayServer[] {
  const byNumber = translations(view.targets)
  return gateways.flatMap((gateway) =>
    gateway.spec.servers.flatMap((spec, index) => serverOf(gateway, index, spec, byNumber) ?? []),
  )
}

/** TLS ends or passes here; a redirect to HTTPS is plain text. */
export const isTlsServer = ({ spec, kind }: GatewayServer): boolean => spec.tls !== undefined && kind !== 'http'

export const redirectsToHttps = ({ spec }: GatewayServer): boolean => spec.tls?.httpsRedirect === true
