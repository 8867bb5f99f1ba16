/**
 * What becomes of one connection of an application: the name table resolves the name, the address leads to a listener,
 * that to a filter chain, that to a route or straight to a cluster, and the cluster to endpoints.
 */
import { ipFamily } from '../common/addresses.ts'
import type { LookupTable } from '../dns/lookup-table.ts'
import { filterChainOf, listenerOf } from './filter-chains.ts'
import type {
  Cluster,
  FilterChain,
  LoadAssignment,
  NetworkFilter,
  ReceivedResources,
  Route,
  RouteConfiguration,
  SocketAddress,
  WeightedClusters,
} from './resources.ts'
import { routeOf, virtualHostOf } from './routes.ts'

/** What an application asks for when it opens a connection. */
export interface ConnectionRequest {
  /** A name, as the application writes it, or an IP address. */
  readonly host: string
  readonly port: number
  readonly protocol: 'tcp' | 'http' | 'tls'
  /** What the resolvers of resolv.conf answer when the name table does not; undefined: that there is no such name. */
  readonly upstreamAddress?: string
  /** `host` when absent. */
  readonly sni?: string
  readonly alpn?: readonly string[]
  /** The Host header; `host` when absent. */
  readonly authority?: string
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A cluster that gets a share of the traffic. */
export interface ClusterShare {
  readonly cluster: string
  readonly weight: number
}

/** The way of one connection, as far as it goes. */
export interface ConnectionOutcome {
  /** The query left the proxy for the resolvers of resolv.conf. */
  readonly upstreamDns: boolean
  /** Undefined when the name was not found. */
  readonly address?: string
  /** Name of the listener; undefined when the connection does not pass the proxy. */
  readonly listener?: string
  /** Undefined when no chain takes the connection. */
  readonly chain?: FilterChain
  /** Name of the virtual host. */
  readonly virtualHost?: string
  readonly route?: Route
  /** Clusters with their weights; several for weighted destinations. */
  readonly shares: readonly ClusterShare[]
  /** The only cluster, or the first. */
  readonly cluster?: string
  /** Discovery type of that cluster. */
  readonly type?: string
  /** `address:port` of that cluster; names where the proxy resolves them itself. */
  readonly endpoints: readonly string[]
}

const NOWHERE = { shares: [], endpoints: [] }

const joined = (host: string, port: number): string => (ipFamily(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`)

interface Resolved {
  readonly upstreamDns: boolean
  readonly address?: string | undefined
}

function resolve(names: LookupTable | undefined, { host, upstreamAddress }: ConnectionRequest): Resolved {
  if (ipFamily(host) !== 0) return { upstreamDns: false, address: host }
  for (const type of ['A', 'AAAA']) {
    const answer = names?.lookup(host, type)
    if (answer?.kind !== 'answer') return { upstreamDns: true, address: upstreamAddress }
    const record = answer.records.find((candidate) => candidate.type === type)
    if (record) return { upstreamDns: false, address: record.data }
  }
  return { upstreamDns: false }
}

const filterOf = (chain: FilterChain, name: string): NetworkFilter | undefined =>
  chain.filters?.find((filter) => filter.name === name)

function sharesOf(cluster: string | undefined, weighted: WeightedClusters | undefined): readonly ClusterShare[] {
  if (cluster !== undefined) return [{ cluster, weight: 100 }]
  return (weighted?.clusters ?? []).map(({ name, weight = 0 }) => ({ cluster: name, weight }))
}

function routeConfigOf(resources: ReceivedResources, filter: NetworkFilter): RouteConfiguration | undefined {
  const { rds, routeConfig } = filter.typedConfig ?? {}
  return routeConfig ?? resources.rds.find(({ name }) => name === rds?.routeConfigName)
}

type Decision = Pick<ConnectionOutcome, 'virtualHost' | 'route' | 'shares'>

function routed(resources: ReceivedResources, filter: NetworkFilter, request: ConnectionRequest): Decision {
  const config = routeConfigOf(resources, filter)
  if (request.protocol !== 'http' || !config) return NOWHERE
  const { method = 'GET', path = '/', authority = request.host } = request
  const pseudo = { ':method': method, ':path': path, ':authority': authority, ':scheme': 'http' }
  const headers = new Map(Object.entries({ ...request.headers, ...pseudo }).map(([key, v]) => [key.toLowerCase(), v]))
  const virtualHost = virtualHostOf(config, authority)
  const route = virtualHost && routeOf(virtualHost, { authority, path, headers })
  return {
    shares: sharesOf(route?.route?.cluster, route?.route?.weightedClusters),
    ...(virtualHost && { virtualHost: virtualHost.name }),
    ...(route && { route }),
  }
}

function decide(resources: ReceivedResources, chain: FilterChain, request: ConnectionRequest): Decision {
  const http = filterOf(chain, 'envoy.filters.network.http_connection_manager')
  if (http) return routed(resources, http, request)
  const config = filterOf(chain, 'envoy.filters.network.tcp_proxy')?.typedConfig
  return { shares: sharesOf(config?.cluster, config?.weightedClusters) }
}

function addressText(address: SocketAddress | undefined): string {
  if (address?.pipe) return address.pipe.path
  return joined(address?.socketAddress?.address ?? '', address?.socketAddress?.portValue ?? 0)
}

function endpointsOfAssignment(assignment: LoadAssignment | undefined): readonly string[] {
  return (assignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) =>
    lbEndpoints.map(({ endpoint }) => addressText(endpoint?.address)),
  )
}

function endpointsOf(resources: ReceivedResources, cluster: Cluster, address: string, port: number): readonly string[] {
  if (cluster.type === 'ORIGINAL_DST') {
    return [joined(address, cluster.originalDstLbConfig?.upstreamPortOverride ?? port)]
  }
  if (cluster.type !== 'EDS') return endpointsOfAssignment(cluster.loadAssignment)
  const wanted = cluster.edsClusterConfig?.serviceName ?? cluster.name
  return endpointsOfAssignment(resources.eds.find(({ clusterName }) => clusterName === wanted))
}

/** `address:port` of a cluster's endpoints, by its name: those of the clusters of a weighted destination beyond the first. */
export function endpointsOfCluster(resources: ReceivedResources, name: string): readonly string[] {
  const cluster = resources.cds.find((candidate) => candidate.name === name)
  return cluster ? endpointsOf(resources, cluster, '', 0) : []
}

/**
 * What the proxy does with a connection, as Envoy 1.40 decides it.
 *
 * @param resources what the proxy has received: `receivedResources`, or what `vipctl dump -o json` prints
 * @param names the proxy's lookup table; undefined when it does not capture DNS
 * @param request its `host` is looked up as it is: no search domain is tried
 * @throws SyntaxError when a route that is tried has a regular expression of RE2 that JavaScript cannot read
 */
export function connect(
  resources: ReceivedResources,
  names: LookupTable | undefined,
  request: ConnectionRequest,
): ConnectionOutcome {
  const { upstreamDns, address } = resolve(names, request)
  if (address === undefined) return { upstreamDns, ...NOWHERE }
  const { port, protocol, sni = ipFamily(request.host) === 0 ? request.host : '', alpn = [] } = request
  const listener = listenerOf(resources.lds, address, port)
  if (!listener) return { upstreamDns, address, shares: [], endpoints: [joined(address, port)] }
  const chain = filterChainOf(listener, { address, port, protocol, sni, alpn })
  if (!chain) return { upstreamDns, address, listener: listener.name, ...NOWHERE }
  const decision = decide(resources, chain, request)
  const [first] = decision.shares
  const cluster = resources.cds.find(({ name }) => name === first?.cluster)
  return {
    upstreamDns,
    address,
    listener: listener.name,
    chain,
    ...decision,
    ...(first && { cluster: first.cluster }),
    ...(cluster && { type: cluster.type ?? 'STATIC' }),
    endpoints: cluster ? endpointsOf(resources, cluster, address, port) : [],
  }
}
