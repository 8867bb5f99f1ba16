/** The filters of a chain that decide where a connection goes. */
import type { Configuration, KnownRoutes } from '../configuration.ts'
import type { ClusterWeight, FilterChain, NetworkFilter, NetworkFilterConfig, WeightedClusters } from '../resources.ts'

const HTTP_MANAGER = 'envoy.filters.network.http_connection_manager'
const TCP_PROXY = 'envoy.filters.network.tcp_proxy'
const SERVER_NAME_RESOLVER = 'envoy.extensions.filters.network.sni_dynamic_forward_proxy'

const filterOf = (chain: FilterChain, name: string): NetworkFilter | undefined =>
  chain.filters?.find((filter) => filter.name === name)

/** The settings of the chain's HTTP connection manager; undefined if the chain treats connections as bytes. */
export const httpManagerOf = (chain: FilterChain): NetworkFilterConfig | undefined =>
  filterOf(chain, HTTP_MANAGER)?.typedConfig

export const tcpProxyOf = (chain: FilterChain): NetworkFilterConfig | undefined =>
  filterOf(chain, TCP_PROXY)?.typedConfig

/** The port to which a chain connects that resolves the server name of TLS. */
export const serverNamePortOf = (chain: FilterChain): number | undefined =>
  filterOf(chain, SERVER_NAME_RESOLVER)?.typedConfig?.portValue

/** @param port of the listener */
export function routeConfigurationOf(
  configuration: Configuration,
  { rds, routeConfig }: NetworkFilterConfig,
  port: number,
): KnownRoutes | undefined {
  if (routeConfig) return { resource: routeConfig, origins: [], virtualHosts: [] }
  return rds && configuration.routes(rds.routeConfigName, port)
}

/** One of the clusters of a destination, with what changes for it. */
export interface Share extends Omit<ClusterWeight, 'name' | 'weight'> {
  readonly cluster: string
  readonly weight: number
}

/** The clusters of a destination; those that get no traffic are included. */
export function sharesOf({
  cluster,
  weightedClusters,
}: {
  readonly cluster?: string
  readonly weightedClusters?: WeightedClusters
}): readonly Share[] {
  if (cluster !== undefined) return [{ cluster, weight: 100 }]
  return (weightedClusters?.clusters ?? []).map(({ name, weight = 0, ...rest }) => ({ cluster: name, weight, ...rest }))
}

/** The clusters that get traffic. */
export const withTraffic = (shares: readonly Share[]): readonly Share[] => shares.filter(({ weight }) => weight > 0)
