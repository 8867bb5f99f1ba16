/**
 * Makes the resources of a proxy runnable in a stock Envoy: without Istio's filters, with every cluster on loopback.
 *
 * Listeners stay as they are, unbound. One bound listener restores the destination of a connection from a PROXY header,
 * as iptables does in a pod, and hands the connection to the listener of that destination.
 */
import type {
  Cluster,
  FilterChain,
  LbEndpoint,
  Listener,
  LoadAssignment,
  NetworkFilter,
  ReceivedResources,
} from '../../src/simulation/resources.ts'
import type { Certificate } from './echo.ts'

type Json = { readonly [key: string]: unknown }

const PREFIX = 'type.googleapis.com/envoy.extensions'
const PROXY_PROTOCOL = {
  name: 'envoy.filters.listener.proxy_protocol',
  typedConfig: { '@type': `${PREFIX}.filters.listener.proxy_protocol.v3.ProxyProtocol` },
}
const ENTRY = 'virtualOutbound'
/** Needs the socket of a redirected connection. */
const ORIGINAL_DST = 'envoy.filters.listener.original_dst'

const isIstio = ({ name }: { readonly name: string }): boolean => name.startsWith('istio')

/** The address of an endpoint: its number in its cluster, in 127.1.0.0/16. */
export const loopbackOf = (index: number): string => `127.1.${index >> 8}.${index & 255}`

const at = (address: string, portValue: number): object => ({ socketAddress: { address, portValue } })

function managerOf(config: Json, { rds }: ReceivedResources): object {
  const { rds: asked, accessLog: _log, tracing: _tracing, httpFilters = [], routeConfig, ...rest } = config
  const { routeConfigName } = (asked ?? {}) as { readonly routeConfigName?: string }
  const routes = routeConfig ?? rds.find(({ name }) => name === routeConfigName) ?? { name: routeConfigName }
  const kept = (httpFilters as { readonly name: string }[]).filter((filter) => !isIstio(filter))
  // Envoy waits this long for clients to close connections after its own answers.
  const delayedCloseTimeout = '0.01s'
  return {
    ...rest,
    delayedCloseTimeout,
    routeConfig: { ...(routes as object), validateClusters: false },
    httpFilters: kept,
  }
}

function filterOf(filter: NetworkFilter, resources: ReceivedResources): object {
  const { accessLog: _log, ...typedConfig } = { ...filter.typedConfig } as Json
  const isManager = filter.name === 'envoy.filters.network.http_connection_manager'
  return { ...filter, typedConfig: isManager ? managerOf(typedConfig, resources) : typedConfig }
}

const chainOf = (chain: FilterChain, resources: ReceivedResources): object => ({
  ...chain,
  filters: chain.filters?.filter((filter) => !isIstio(filter)).map((filter) => filterOf(filter, resources)),
})

function listenerOf(listener: Listener, resources: ReceivedResources, port: number): object {
  // A transparent socket needs privileges, and two runs must not share a port.
  const { accessLog: _log, transparent: _transparent, ...rest } = listener as Listener & Json
  const filters = (listener.listenerFilters ?? []).filter((filter) => !isIstio(filter) && filter.name !== ORIGINAL_DST)
  const isEntry = listener.name === ENTRY
  return {
    ...rest,
    ...(isEntry
      ? { address: at('127.0.0.1', port), additionalAddresses: [], enableReusePort: false }
      : { bindToPort: false }),
    listenerFilters: isEntry ? [PROXY_PROTOCOL, ...filters] : filters,
    filterChains: listener.filterChains?.map((chain) => chainOf(chain, resources)),
    defaultFilterChain: listener.defaultFilterChain && chainOf(listener.defaultFilterChain, resources),
  }
}

interface Socket {
  readonly name: string
  readonly typedConfig?: {
    readonly '@type'?: string
    readonly sni?: string
    readonly commonTlsContext?: Json
    readonly transportSocket?: Socket
  }
}

/** TLS to an endpoint with a certificate of the test's own, without validation and without the PROXY protocol. */
function socketOf(socket: Socket, certificate: Certificate): object {
  const { typedConfig } = socket
  if (typedConfig?.transportSocket) return socketOf(typedConfig.transportSocket, certificate)
  if (!typedConfig?.['@type']?.endsWith('UpstreamTlsContext')) return socket
  const { alpnProtocols } = typedConfig.commonTlsContext ?? {}
  const { key, cert } = certificate
  const tlsCertificates = [{ certificateChain: { inlineString: cert }, privateKey: { inlineString: key } }]
  const commonTlsContext = { alpnProtocols, tlsCertificates }
  return { name: socket.name, typedConfig: { '@type': typedConfig['@type'], sni: typedConfig.sni, commonTlsContext } }
}

function assignmentOf(cluster: Cluster, eds: readonly LoadAssignment[], port: number): object {
  const { name, type, clusterType, loadAssignment, edsClusterConfig } = cluster
  const isByAddress = type === 'ORIGINAL_DST' || clusterType !== undefined
  const found = loadAssignment ?? eds.find(({ clusterName }) => clusterName === (edsClusterConfig?.serviceName ?? name))
  let index = 0
  const moved = (endpoint: LbEndpoint): object => ({
    ...endpoint,
    endpoint: { address: at(loopbackOf(index++), port) },
  })
  const endpoints = isByAddress
    ? [{ lbEndpoints: [moved({})] }]
    : found?.endpoints?.map((group) => ({ ...group, lbEndpoints: group.lbEndpoints?.map(moved) }))
  return { clusterName: name, endpoints }
}

/** Settings that decide how a cluster's protocol and TLS are chosen; discovery, health and limits are left out. */
function clusterOf(cluster: Cluster, eds: readonly LoadAssignment[], port: number, certificate: Certificate): object {
  const { name, transportSocket, transportSocketMatches } = cluster
  const { typedExtensionProtocolOptions, metadata } = cluster as Cluster & Json
  return {
    name,
    type: 'STATIC',
    connectTimeout: '2s',
    typedExtensionProtocolOptions,
    metadata,
    transportSocket: transportSocket && socketOf(transportSocket, certificate),
    transportSocketMatches: transportSocketMatches?.map((each) => ({
      ...each,
      transportSocket: socketOf(each.transportSocket, certificate),
    })),
    loadAssignment: assignmentOf(cluster, eds, port),
  }
}

/**
 * The configuration of a stock Envoy that routes outbound connections as the proxy would.
 * @param port where connections enter, with a PROXY header
 * @param ports of the echo servers by cluster
 */
export function bootstrapOf(
  resources: ReceivedResources,
  port: number,
  ports: ReadonlyMap<string, number>,
  certificate: Certificate,
): object {
  const { lds, cds, eds } = resources
  const outbound = lds.filter(({ name, trafficDirection }) => name === ENTRY || trafficDirection === 'OUTBOUND')
  return {
    staticResources: {
      listeners: outbound.map((listener) => listenerOf(listener, resources, port)),
      clusters: cds.map((cluster) => clusterOf(cluster, eds, ports.get(cluster.name) ?? 0, certificate)),
    },
  }
}
