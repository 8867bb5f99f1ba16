/** The part of Envoy's resources that decides where a connection goes, in protobuf's JSON form as `dump` prints it. */
import type { EnvoyResources } from '../envoy/index.ts'

export interface SocketAddress {
  readonly socketAddress?: { readonly address: string; readonly portValue?: number }
  readonly pipe?: { readonly path: string }
}

export interface FilterChainMatch {
  readonly destinationPort?: number
  readonly prefixRanges?: readonly { readonly addressPrefix: string; readonly prefixLen?: number }[]
  readonly serverNames?: readonly string[]
  readonly transportProtocol?: string
  readonly applicationProtocols?: readonly string[]
}

export interface Named {
  readonly name: string
}

export interface WeightedClusters {
  readonly clusters: readonly { readonly name: string; readonly weight?: number }[]
}

export interface NetworkFilter extends Named {
  readonly typedConfig?: {
    readonly cluster?: string
    readonly weightedClusters?: WeightedClusters
    readonly rds?: { readonly routeConfigName: string }
    readonly routeConfig?: RouteConfiguration
  }
}

export interface FilterChain {
  readonly name?: string
  readonly filterChainMatch?: FilterChainMatch
  readonly filters?: readonly NetworkFilter[]
}

export interface Listener extends Named {
  readonly address?: SocketAddress
  readonly additionalAddresses?: readonly { readonly address?: SocketAddress }[]
  readonly bindToPort?: boolean
  readonly useOriginalDst?: boolean
  readonly listenerFilters?: readonly Named[]
  readonly filterChains?: readonly FilterChain[]
  readonly defaultFilterChain?: FilterChain
}

export interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly contains?: string
  readonly safeRegex?: { readonly regex: string }
  readonly ignoreCase?: boolean
}

export interface HeaderMatch extends Named {
  readonly stringMatch?: StringMatch
  readonly presentMatch?: boolean
  readonly invertMatch?: boolean
  readonly treatMissingHeaderAsEmpty?: boolean
}

export interface RouteMatch {
  readonly prefix?: string
  readonly path?: string
  readonly pathSeparatedPrefix?: string
  readonly safeRegex?: { readonly regex: string }
  readonly caseSensitive?: boolean
  readonly headers?: readonly HeaderMatch[]
  readonly queryParameters?: readonly (Named & {
    readonly stringMatch?: StringMatch
    readonly presentMatch?: boolean
  })[]
}

export interface Route {
  readonly name?: string
  readonly match: RouteMatch
  readonly route?: {
    readonly cluster?: string
    readonly weightedClusters?: WeightedClusters
    readonly timeout?: string
  }
  readonly redirect?: object
  readonly directResponse?: { readonly status?: number }
  readonly typedPerFilterConfig?: Readonly<Record<string, object>>
}

export interface VirtualHost extends Named {
  readonly domains: readonly string[]
  readonly routes?: readonly Route[]
}

export interface RouteConfiguration extends Named {
  readonly virtualHosts?: readonly VirtualHost[]
  readonly ignorePortInHostMatching?: boolean
}

export interface LoadAssignment {
  readonly clusterName: string
  readonly endpoints?: readonly {
    readonly lbEndpoints?: readonly { readonly endpoint?: { readonly address?: SocketAddress } }[]
  }[]
}

export interface Cluster extends Named {
  readonly type?: string
  readonly loadAssignment?: LoadAssignment
  readonly edsClusterConfig?: { readonly serviceName?: string }
  readonly originalDstLbConfig?: { readonly upstreamPortOverride?: number }
}

/** What Envoy has received: listeners, clusters, load assignments and route configurations. */
export interface ReceivedResources {
  readonly lds: readonly Listener[]
  readonly cds: readonly Cluster[]
  readonly eds: readonly LoadAssignment[]
  readonly rds: readonly RouteConfiguration[]
}

const resourcesOf = (explained: readonly { readonly resource: object }[]): readonly object[] =>
  explained.map(({ resource }) => resource)

/** What the proxy receives of computed resources: fields that are not set are absent, as on the wire. */
export function receivedResources({ listeners, clusters, endpoints, routes }: EnvoyResources): ReceivedResources {
  const sent = {
    lds: resourcesOf(listeners.listeners),
    cds: resourcesOf(clusters),
    eds: resourcesOf(endpoints),
    rds: resourcesOf(routes),
  }
  return JSON.parse(JSON.stringify(sent)) as ReceivedResources
}
