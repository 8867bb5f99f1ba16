/** Servers of Gateways as one router sees them (pilot/pkg/model/gateway.go, pkg/config/gateway). */

import { compareBytes } from '../../../common/bytes.ts'
import { firstBy } from '../../../common/collections.ts'
import { ANNOTATIONS, LABELS } from '../../../common/istio-names.ts'
import type { DerivedRegistry } from '../../../derivation/derived.ts'
import type { GatewayResource } from '../../../kinds/index.ts'
import type { Port, Server } from '../../../kinds/messages/gateway.ts'
import { byCreationThenName, selects } from '../../../kinds/resource.ts'
import { isHttp, type Protocol, parseProtocol } from '../../../registry/protocol.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView, ServiceTarget } from '../../../scope/view.ts'

/**
 * What a server does with connections: plain HTTP, HTTPS or other TLS that it terminates, plain TCP, TLS passed through
 * by server name, or TLS that other gateways send for one cluster.
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
  /** With complete namespaces: `HOST`, or `NAMESPACE/HOST`. */
  readonly hosts: readonly string[]
  /** The distinct host names, sorted. */
  readonly serverNames: readonly string[]
  /** The port of the listener. */
  readonly resolvedPort: number
  /** The service port that maps the server's port number; undefined when no service of the router has it. */
  readonly translatedBy: ServiceTarget | undefined
  /** The name of the route configuration; '' for servers without HTTP. */
  readonly routeName: string
}

/** Which Gateways apply to a router and which do not, in order of precedence. */
export interface GatewaySelection {
  readonly selected: readonly GatewayResource[]
  /** Gateways that select the router, which takes none of their namespace. */
  readonly leftOut: readonly GatewayResource[]
  /** Those that do not select the router, are outside its scope, or are left out. */
  readonly others: readonly GatewayResource[]
}

/** The users' Gateways, and those that istiod makes of other objects. */
const gatewaysOf = ({ snapshot, derived }: DerivedRegistry): readonly GatewayResource[] => [
  ...snapshot.istio.gateways,
  ...derived.gateways,
]

/** The hosts of the Services by which a Gateway applies; undefined for one that applies by its selector. */
function serviceHostsOf({ meta }: GatewayResource): readonly string[] | undefined {
  return meta.annotations.get(ANNOTATIONS.gatewayService)?.split(',')
}

/** The router's ports that a Gateway without a selector names: those of its Services in its own namespace. */
function namedTargets({ meta }: GatewayResource, hosts: readonly string[], targets: readonly ServiceTarget[]) {
  const namespace = meta.annotations.get(ANNOTATIONS.parentNamespace) || meta.namespace
  return targets.filter(({ service }) => service.namespace === namespace && hosts.includes(service.hostname))
}

function appliesTo(gateway: GatewayResource, { proxy, targets }: ProxyView): boolean {
  const hosts = serviceHostsOf(gateway)
  if (!hosts) return selects(gateway.spec.selector, proxy.labels)
  return namedTargets(gateway, hosts, targets).length > 0
}

/** Made of a Gateway whose router istiod deploys. */
const isManaged = ({ meta }: GatewayResource): boolean => !!meta.annotations.get(ANNOTATIONS.serviceAccountName)

/**
 * Whether a router that istiod deploys for a Gateway takes another Gateway: one with a selector only from the namespaces
 * of the Gateways that it is deployed for.
 */
function strictMerging(view: ProxyView): (gateway: GatewayResource) => boolean {
  const { registry } = view
  const managed = registry.snapshot.features.has('strict-gateway-merging')
    ? gatewaysOf(registry).filter((gateway) => isManaged(gateway) && appliesTo(gateway, view))
    : []
  if (managed.length === 0) return () => true
  const namespaces = new Set(managed.map(({ meta }) => meta.namespace))
  return (gateway) => serviceHostsOf(gateway) !== undefined || namespaces.has(gateway.meta.namespace)
}

/** Gateways apply by selector or by Service, in all namespaces unless istiod is configured otherwise. */
export function selectGateways(view: ProxyView): GatewaySelection {
  const { proxy, registry } = view
  const { features } = registry.snapshot
  const ownOnly = flag(features.env, 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', false)
  const selected: GatewayResource[] = []
  const others: GatewayResource[] = []
  const leftOut: GatewayResource[] = []
  const isAllowed = strictMerging(view)
  for (const gateway of [...gatewaysOf(registry)].sort(byCreationThenName)) {
    const inScope = !ownOnly || gateway.meta.namespace === proxy.namespace
    const applies = inScope && appliesTo(gateway, view)
    if (applies && isAllowed(gateway)) {
      selected.push(gateway)
      continue
    }
    others.push(gateway)
    if (applies) leftOut.push(gateway)
  }
  return { selected, leftOut, others }
}

export const ownerOf = ({ meta }: GatewayResource): string => `${meta.namespace}/${meta.name}`

/** Completes `./h` with the Gateway's namespace and `*\/h` to any; `*\/*` replaces all hosts. */
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

/** Splits a host and the namespace that VirtualServices must have to use it; undefined for any namespace. */
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

/** The first service port of each number, which maps a Gateway's port to the workload's port. */
function translations(targets: readonly ServiceTarget[]): ReadonlyMap<number, ServiceTarget> {
  const byNumber = new Map<number, ServiceTarget>()
  for (const target of targets) {
    const { number } = target.port
    if (!byNumber.has(number) && !target.service.labels.has(LABELS.disablePortTranslation)) byNumber.set(number, target)
  }
  return byNumber
}

/** The Service ports by which the router serves a port of a Gateway; undefined for the port itself. */
function translationsOf(
  gateway: GatewayResource,
  port: Port,
  { targets }: ProxyView,
  byNumber: ReadonlyMap<number, ServiceTarget>,
): readonly (ServiceTarget | undefined)[] {
  const hosts = serviceHostsOf(gateway)
  if (!hosts) return [byNumber.get(port.number)]
  const named = namedTargets(gateway, hosts, targets).filter((target) => target.port.number === port.number)
  return [...firstBy(named, ({ targetPort }) => targetPort).values()]
}

function serverOf(
  gateway: GatewayResource,
  index: number,
  spec: Server,
  port: Port,
  translatedBy: ServiceTarget | undefined,
): GatewayServer {
  const protocol = parseProtocol(port.protocol)
  const kind = kindOf(spec, protocol)
  const hosts = completeHosts(spec.hosts, gateway.meta.namespace)
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

/** The servers of Gateways in order, before merging. */
export function serversOf(gateways: readonly GatewayResource[], view: ProxyView): readonly GatewayServer[] {
  const byNumber = translations(view.targets)
  return gateways.flatMap((gateway) =>
    gateway.spec.servers.flatMap((spec, index) => {
      const { port } = spec
      if (!port) return []
      const by = translationsOf(gateway, port, view, byNumber)
      return by.map((target) => serverOf(gateway, index, spec, port, target))
    }),
  )
}

/** TLS is terminated or passed through; a redirect to HTTPS is plain text. */
export const isTlsServer = ({ spec, kind }: GatewayServer): boolean => spec.tls !== undefined && kind !== 'http'

export const redirectsToHttps = ({ spec }: GatewayServer): boolean => spec.tls?.httpsRedirect === true
