/**
 * Makes the resources of a proxy runnable in a stock Envoy: without Istio's own filters, with every cluster on loopback.
 *
 * Listeners stay as they are, unbound. Bound listeners restore the destination of a connection from a PROXY header, as
 * iptables does in a pod, and hand the connection to the listener of that destination.
 */
import { ALPN_FILTER, ALPN_FILTER_NAME, alpnMetadata, HTTP_OPTIONS } from '../../../src/sandbox/envoy/alpn.ts'
import type { Json } from '../../../src/sandbox/envoy/json.ts'
import { ofIstio } from '../../../src/sandbox/envoy/stock.ts'
import type {
  Cluster,
  FilterChain,
  HttpProtocolOptions,
  LbEndpoint,
  Listener,
  LoadAssignment,
  LocalityEndpoints,
  NetworkFilter,
  ReceivedResources,
} from '../../../src/simulation/resources.ts'
import type { Pki } from './pki.ts'
import { clientSocketOf, serverSocketOf } from './sockets.ts'

/**
 * Where connections enter: captured ones of an application, captured ones for the workload, and those that reach a
 * listener at its own socket.
 */
export const ENTRIES = ['outbound', 'inbound', 'direct'] as const

export type Entry = (typeof ENTRIES)[number]

/** A destination that no listener is for. */
export const NOWHERE = '192.0.2.1'

/** The port of each entry. */
export type EntryPorts = Readonly<Record<Entry, number>>

const PREFIX = 'type.googleapis.com/envoy.extensions.filters'
const PROXY_PROTOCOL = {
  name: 'envoy.filters.listener.proxy_protocol',
  typedConfig: { '@type': `${PREFIX}.listener.proxy_protocol.v3.ProxyProtocol` },
}
/** Listener filters that need the socket of a redirected connection, or privileges. */
const OF_SOCKETS: ReadonlySet<string> = new Set([
  'envoy.filters.listener.original_dst',
  'envoy.filters.listener.original_src',
])
/** The listeners that take redirected connections. */
const REDIRECTED: Readonly<Record<string, Entry>> = { virtualOutbound: 'outbound', virtualInbound: 'inbound' }

/** The test replaces the endpoints of these clusters by a single one. */
export const isByAddress = ({ type, clusterType }: Cluster): boolean =>
  type === 'ORIGINAL_DST' || clusterType !== undefined

/** The address of an endpoint: its number in its cluster, in 127.1.0.0/16. */
export const loopbackOf = (index: number): string => `127.1.${index >> 8}.${index & 255}`

const at = (address: string, portValue: number): object => ({ socketAddress: { address, portValue } })

function managerOf(config: Json, { rds }: ReceivedResources): object {
  const { rds: asked, accessLog: _log, tracing: _tracing, httpFilters = [], routeConfig, ...rest } = config
  const { routeConfigName } = (asked ?? {}) as { readonly routeConfigName?: string }
  const routes = routeConfig ?? rds.find(({ name }) => name === routeConfigName) ?? { name: routeConfigName }
  const filters = (httpFilters as { readonly name: string }[]).flatMap((filter) => {
    if (filter.name === ALPN_FILTER_NAME) return [ALPN_FILTER]
    return ofIstio(filter.name) ? [] : [filter]
  })
  // Envoy waits this long for clients to close connections after its own answers.
  const delayedCloseTimeout = '0.01s'
  return {
    ...rest,
    delayedCloseTimeout,
    routeConfig: { ...(routes as object), validateClusters: false },
    httpFilters: filters,
  }
}

function filterOf(filter: NetworkFilter, resources: ReceivedResources): object {
  const { accessLog: _log, ...typedConfig } = { ...filter.typedConfig } as Json
  const isManager = filter.name === 'envoy.filters.network.http_connection_manager'
  return { ...filter, typedConfig: isManager ? managerOf(typedConfig, resources) : typedConfig }
}

const chainOf = (chain: FilterChain, resources: ReceivedResources, pki: Pki): object => ({
  ...chain,
  transportSocket: chain.transportSocket && serverSocketOf(chain.transportSocket, pki),
  filters: chain.filters?.filter((filter) => !ofIstio(filter.name)).map((filter) => filterOf(filter, resources)),
})

/** Envoy waits for clients shorter than it would, unless it waits without end. */
const SHORT_WAIT = '0.3s'
const WITHOUT_END = '0s'

function listenerOf(listener: Listener, resources: ReceivedResources, ports: EntryPorts, pki: Pki): object {
  // A transparent socket needs privileges, and two runs must not share a port.
  const { accessLog: _log, transparent: _transparent, ...rest } = listener as Listener & Json
  const filters = (listener.listenerFilters ?? []).filter(
    (filter) => !ofIstio(filter.name) && !OF_SOCKETS.has(filter.name),
  )
  const entry = REDIRECTED[listener.name]
  return {
    ...rest,
    ...(entry
      ? { address: at('127.0.0.1', ports[entry]), additionalAddresses: [], enableReusePort: false }
      : { bindToPort: false }),
    listenerFiltersTimeout: listener.listenerFiltersTimeout === WITHOUT_END ? WITHOUT_END : SHORT_WAIT,
    listenerFilters: entry ? [PROXY_PROTOCOL, ...filters] : filters,
    filterChains: listener.filterChains?.map((chain) => chainOf(chain, resources, pki)),
    defaultFilterChain: listener.defaultFilterChain && chainOf(listener.defaultFilterChain, resources, pki),
  }
}

/** Hands connections over to the listener of their destination, and answers those that have none with a text. */
function directEntry(port: number, text: string): object {
  const typedConfig = { '@type': `${PREFIX}.network.direct_response.v3.Config`, response: { inlineString: text } }
  return {
    name: 'agree-direct',
    address: at('127.0.0.1', port),
    useOriginalDst: true,
    enableReusePort: false,
    listenerFilters: [PROXY_PROTOCOL],
    filterChains: [{ filters: [{ name: 'envoy.filters.network.direct_response', typedConfig }] }],
  }
}

function assigned(cluster: Cluster, eds: readonly LoadAssignment[]): readonly LocalityEndpoints[] {
  const { name, loadAssignment, edsClusterConfig } = cluster
  const found = loadAssignment ?? eds.find(({ clusterName }) => clusterName === (edsClusterConfig?.serviceName ?? name))
  return found?.endpoints ?? []
}

/** The endpoints of a cluster in the order of their loopback addresses; none if the client's address decides. */
export function endpointsIn(cluster: Cluster, eds: readonly LoadAssignment[]): readonly LbEndpoint[] {
  return isByAddress(cluster) ? [] : assigned(cluster, eds).flatMap(({ lbEndpoints = [] }) => lbEndpoints)
}

function assignmentOf(cluster: Cluster, eds: readonly LoadAssignment[], port: number): object {
  let index = 0
  const moved = (endpoint: LbEndpoint): object => ({
    ...endpoint,
    endpoint: { address: at(loopbackOf(index++), port) },
  })
  const endpoints = isByAddress(cluster)
    ? [{ lbEndpoints: [moved({})] }]
    : assigned(cluster, eds).map((group) => ({ ...group, lbEndpoints: group.lbEndpoints?.map(moved) }))
  return { clusterName: cluster.name, endpoints }
}

/**
 * Without the validation of names, because the test does not validate certificates of endpoints. Requests to different
 * addresses must not share a connection because the test gives them one endpoint.
 */
function protocolOptions(cluster: Cluster): object {
  const otherwise: HttpProtocolOptions & Json = {
    '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
    explicitHttpConfig: { httpProtocolOptions: {} } as object,
  }
  const options = cluster.typedExtensionProtocolOptions?.[HTTP_OPTIONS] ?? otherwise
  const { autoSanValidation: _, ...rest } = (options.upstreamHttpProtocolOptions ?? {}) as Json
  const once = isByAddress(cluster) && { commonHttpProtocolOptions: { maxRequestsPerConnection: 1 } }
  return { [HTTP_OPTIONS]: { ...options, ...once, upstreamHttpProtocolOptions: rest } }
}

/** Policies of clusters whose endpoints the test replaces by one. */
const BY_ADDRESS = 'CLUSTER_PROVIDED'

/** Settings that decide about protocol, TLS and endpoints; discovery, health and limits are left out. */
function clusterOf(cluster: Cluster, eds: readonly LoadAssignment[], port: number, pki: Pki): object {
  const { name, transportSocket, transportSocketMatches, commonLbConfig } = cluster
  const { lbPolicy } = cluster as Cluster & Json
  return {
    name,
    type: 'STATIC',
    connectTimeout: '2s',
    typedExtensionProtocolOptions: protocolOptions(cluster),
    metadata: alpnMetadata(cluster),
    ...(lbPolicy !== BY_ADDRESS && { lbPolicy, commonLbConfig }),
    transportSocket: transportSocket && clientSocketOf(transportSocket, pki),
    transportSocketMatches: transportSocketMatches?.map((each) => ({
      ...each,
      transportSocket: clientSocketOf(each.transportSocket, pki),
    })),
    loadAssignment: assignmentOf(cluster, eds, port),
  }
}

/**
 * The configuration of a stock Envoy that treats connections as the proxy would.
 * @param ports where connections enter, with a PROXY header
 * @param servers ports of the echo servers by cluster
 * @param name that Envoy answers to a connection to `NOWHERE`
 */
export function bootstrapOf(
  resources: ReceivedResources,
  ports: EntryPorts,
  servers: ReadonlyMap<string, number>,
  pki: Pki,
  name: string,
): object {
  const { lds, cds, eds } = resources
  const listeners = lds.map((listener) => listenerOf(listener, resources, ports, pki))
  const clusters = cds.map((cluster) => clusterOf(cluster, eds, servers.get(cluster.name) ?? 0, pki))
  return { staticResources: { listeners: [...listeners, directEntry(ports.direct, name)], clusters } }
}
