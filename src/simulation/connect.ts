/**
 * What becomes of one connection of an application, in short: the name table resolves the name, the address leads to a
 * listener, that to a filter chain, that to a route or straight to a cluster, and the cluster to endpoints.
 */
import { ipFamily } from '../common/addresses.ts'
import type { LookupTable } from '../dns/lookup-table.ts'
import { type Configuration, receivedConfiguration } from './configuration.ts'
import type { Connection, HttpRequest } from './connection.ts'
import type { FilterChain, ReceivedResources, Route } from './resources.ts'
import { endpointsOf, endpointText } from './steps/endpoints.ts'
import { filterChainOf } from './steps/filter-chain.ts'
import { httpManagerOf, routeConfigurationOf, sharesOf, tcpProxyOf } from './steps/filters.ts'
import { inspect } from './steps/inspection.ts'
import { listenerOf } from './steps/listener.ts'
import { routedRequest, routeOf } from './steps/route.ts'
import { virtualHostOf } from './steps/virtual-host.ts'

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

function requestOf({
  host,
  method = 'GET',
  path = '/',
  authority = host,
  headers = {},
}: ConnectionRequest): HttpRequest {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return { method, path, authority, scheme: 'http', headers: lower, version: '1.1' }
}

function connectionOf(request: ConnectionRequest, address: string): Connection {
  const { host, port, protocol, sni = ipFamily(host) === 0 ? host : '', alpn = [] } = request
  if (protocol === 'tls') return { address, port, tls: { sni, alpn, certificate: 'none' } }
  return { address, port, http: protocol === 'http' ? requestOf(request) : undefined }
}

type Decision = Pick<ConnectionOutcome, 'virtualHost' | 'route' | 'shares'>

function decide(configuration: Configuration, chain: FilterChain, { http, port }: Connection): Decision {
  const manager = httpManagerOf(chain)
  if (!manager) return { shares: sharesOf(tcpProxyOf(chain) ?? {}) }
  const config = routeConfigurationOf(configuration, manager, port)?.resource
  const virtualHost = http && config && virtualHostOf(config, http.authority)
  if (!virtualHost) return NOWHERE
  const route = routeOf(virtualHost, routedRequest(http))
  return { virtualHost: virtualHost.name, ...(route && { route }), shares: sharesOf(route?.route ?? {}) }
}

function endpointTexts(configuration: Configuration, name: string | undefined, connection: Connection) {
  const cluster = name === undefined ? undefined : configuration.cluster(name)?.resource
  if (!cluster) return { endpoints: [] }
  const { endpoints } = endpointsOf(configuration, cluster, connection, '')
  return { ...(cluster.type && { type: cluster.type }), endpoints: endpoints.map(endpointText) }
}

/** `address:port` of a cluster's endpoints, by its name: those of the clusters of a weighted destination beyond the first. */
export function endpointsOfCluster(resources: ReceivedResources, name: string): readonly string[] {
  return endpointTexts(receivedConfiguration(resources), name, { address: '', port: 0 }).endpoints
}

/**
 * What the proxy does with a connection, as Envoy 1.40 decides it.
 *
 * @param resources what the proxy has received: `receivedResources`, or what `vipctl dump -o json` prints
 * @param names the proxy's lookup table; undefined when it does not capture DNS
 * @param request its `host` is looked up as it is: no search domain is tried
 */
export function connect(
  resources: ReceivedResources,
  names: LookupTable | undefined,
  request: ConnectionRequest,
): ConnectionOutcome {
  const { upstreamDns, address } = resolve(names, request)
  if (address === undefined) return { upstreamDns, ...NOWHERE }
  const configuration = receivedConfiguration(resources)
  const connection = connectionOf(request, address)
  const listener = listenerOf(configuration, address, request.port)?.listener.resource
  if (!listener) return { upstreamDns, address, shares: [], endpoints: [endpointText({ address, port: request.port })] }
  const chain = filterChainOf(listener, inspect(listener, connection))
  if (!chain) return { upstreamDns, address, listener: listener.name, ...NOWHERE }
  const decision = decide(configuration, chain, connection)
  const [first] = decision.shares
  return {
    upstreamDns,
    address,
    listener: listener.name,
    chain,
    ...decision,
    ...(first && { cluster: first.cluster }),
    ...endpointTexts(configuration, first?.cluster, connection),
  }
}
