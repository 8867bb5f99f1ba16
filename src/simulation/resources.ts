/** The part of Envoy's resources that decides where a connection goes, in protobuf's JSON form as `dump` prints it. */
import type { EnvoyResources } from '../envoy/index.ts'

export interface SocketAddress {
  readonly socketAddress?: { readonly address?: string; readonly portValue?: number }
  readonly pipe?: { readonly path: string }
}

export interface PrefixRange {
  readonly addressPrefix: string
  readonly prefixLen?: number
}

export interface FilterChainMatch {
  readonly destinationPort?: number
  readonly prefixRanges?: readonly PrefixRange[]
  readonly serverNames?: readonly string[]
  readonly transportProtocol?: string
  readonly applicationProtocols?: readonly string[]
  readonly sourcePrefixRanges?: readonly PrefixRange[]
}

export interface Named {
  readonly name: string
}

export interface HeaderOperations {
  readonly requestHeadersToAdd?: readonly {
    readonly header: { readonly key: string; readonly value?: string }
    readonly appendAction?: string
  }[]
  readonly requestHeadersToRemove?: readonly string[]
  readonly responseHeadersToAdd?: readonly { readonly header: { readonly key: string; readonly value?: string } }[]
  readonly responseHeadersToRemove?: readonly string[]
}

export interface ClusterWeight extends Named, HeaderOperations {
  readonly weight?: number
  readonly hostRewriteLiteral?: string
}

export interface WeightedClusters {
  readonly clusters?: readonly ClusterWeight[]
}

/** A filter whose settings its reader knows. */
export interface Filter extends Named {
  readonly typedConfig?: object
}

/** The settings of a TCP proxy, an HTTP connection manager, or a filter that resolves server names. */
export interface NetworkFilterConfig {
  readonly cluster?: string
  readonly weightedClusters?: WeightedClusters
  readonly rds?: { readonly routeConfigName: string }
  readonly routeConfig?: RouteConfiguration
  readonly normalizePath?: boolean
  readonly mergeSlashes?: boolean
  readonly pathWithEscapedSlashesAction?: string
  readonly useRemoteAddress?: boolean
  readonly xffNumTrustedHops?: number
  readonly skipXffAppend?: boolean
  readonly httpFilters?: readonly Filter[]
  /** Of a filter that resolves server names: the port to connect to. */
  readonly portValue?: number
}

export interface NetworkFilter extends Named {
  readonly typedConfig?: NetworkFilterConfig
}

export interface Secret {
  readonly name: string
}

/** TLS of either direction, or a wrapper around another socket (the PROXY protocol). */
export interface TransportSocket extends Named {
  readonly typedConfig?: {
    readonly '@type'?: string
    readonly sni?: string
    readonly requireClientCertificate?: boolean
    readonly transportSocket?: TransportSocket
    readonly commonTlsContext?: {
      readonly alpnProtocols?: readonly string[]
      readonly tlsCertificateSdsSecretConfigs?: readonly Secret[]
      readonly combinedValidationContext?: { readonly validationContextSdsSecretConfig?: Secret }
    }
  }
}

export interface FilterChain {
  readonly name?: string
  readonly filterChainMatch?: FilterChainMatch
  readonly filters?: readonly NetworkFilter[]
  readonly transportSocket?: TransportSocket
}

/** A condition on the destination port at which a listener filter is disabled. */
export interface PortPredicate {
  readonly destinationPortRange?: { readonly start?: number; readonly end?: number }
  readonly orMatch?: { readonly rules: readonly PortPredicate[] }
  readonly notMatch?: PortPredicate
}

export interface ListenerFilter extends Named {
  readonly filterDisabled?: PortPredicate
}

export interface Listener extends Named {
  readonly address?: SocketAddress
  readonly additionalAddresses?: readonly { readonly address?: SocketAddress }[]
  readonly trafficDirection?: string
  readonly bindToPort?: boolean
  readonly useOriginalDst?: boolean
  readonly continueOnListenerFiltersTimeout?: boolean
  readonly listenerFiltersTimeout?: string
  readonly listenerFilters?: readonly ListenerFilter[]
  readonly filterChains?: readonly FilterChain[]
  readonly defaultFilterChain?: FilterChain
}

export interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly contains?: string
  readonly safeRegex?: { readonly regex?: string }
  readonly ignoreCase?: boolean
}

export interface ValueMatch extends Named {
  readonly stringMatch?: StringMatch
  readonly presentMatch?: boolean
}

export interface MetadataValueMatch {
  readonly stringMatch?: StringMatch
  readonly listMatch?: { readonly oneOf?: MetadataValueMatch }
  readonly orMatch?: { readonly valueMatchers?: readonly MetadataValueMatch[] }
}

export interface MetadataMatch {
  readonly filter?: string
  readonly path?: readonly { readonly key?: string }[]
  readonly value?: MetadataValueMatch
  readonly invert?: boolean
}

export interface HeaderMatch extends ValueMatch {
  readonly invertMatch?: boolean
  readonly treatMissingHeaderAsEmpty?: boolean
}

export interface RouteMatch {
  readonly prefix?: string
  readonly path?: string
  readonly pathSeparatedPrefix?: string
  readonly safeRegex?: { readonly regex?: string }
  readonly caseSensitive?: boolean
  readonly headers?: readonly HeaderMatch[]
  readonly queryParameters?: readonly ValueMatch[]
  /** Conditions on the claims of a token. */
  readonly dynamicMetadata?: readonly MetadataMatch[]
}

export interface FractionalPercent {
  readonly numerator?: number
  readonly denominator?: string
}

export interface RouteAction {
  readonly cluster?: string
  readonly weightedClusters?: WeightedClusters
  readonly timeout?: string
  readonly prefixRewrite?: string
  readonly regexRewrite?: { readonly pattern: { readonly regex?: string }; readonly substitution?: string }
  readonly hostRewriteLiteral?: string
  readonly retryPolicy?: { readonly numRetries?: number; readonly retryOn?: string; readonly perTryTimeout?: string }
  readonly requestMirrorPolicies?: readonly {
    readonly cluster: string
    readonly runtimeFraction?: { readonly defaultValue?: FractionalPercent }
  }[]
  readonly hashPolicy?: readonly {
    readonly header?: { readonly headerName?: string }
    readonly cookie?: { readonly name?: string }
    readonly connectionProperties?: { readonly sourceIp?: boolean }
    readonly queryParameter?: { readonly name?: string }
  }[]
}

export interface RedirectAction {
  readonly hostRedirect?: string
  readonly pathRedirect?: string
  readonly prefixRewrite?: string
  readonly schemeRedirect?: string
  readonly portRedirect?: number
  readonly responseCode?: string
}

export interface FaultConfig {
  readonly abort?: {
    readonly httpStatus?: number
    readonly grpcStatus?: number
    readonly percentage?: FractionalPercent
  }
  readonly delay?: { readonly fixedDelay?: string; readonly percentage?: FractionalPercent }
}

export interface Route extends HeaderOperations {
  readonly name?: string
  readonly match: RouteMatch
  readonly route?: RouteAction
  readonly redirect?: RedirectAction
  readonly directResponse?: { readonly status?: number }
  readonly typedPerFilterConfig?: Readonly<Record<string, object>>
}

export interface VirtualHost extends Named {
  readonly domains: readonly string[]
  readonly routes?: readonly Route[]
  readonly requireTls?: string
}

export interface RouteConfiguration extends Named {
  readonly virtualHosts?: readonly VirtualHost[]
  readonly ignorePortInHostMatching?: boolean
}

export interface LbEndpoint {
  readonly endpoint?: { readonly address?: SocketAddress }
  readonly healthStatus?: string
  readonly loadBalancingWeight?: number
  readonly metadata?: {
    readonly filterMetadata?: {
      readonly 'envoy.transport_socket_match'?: Readonly<Record<string, string>>
      readonly istio?: { readonly workload?: string }
    }
  }
}

export interface LocalityEndpoints {
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string }
  readonly lbEndpoints?: readonly LbEndpoint[]
  readonly loadBalancingWeight?: number
  readonly priority?: number
}

export interface LoadAssignment {
  readonly clusterName: string
  readonly endpoints?: readonly LocalityEndpoints[]
}

/** Which version of HTTP a cluster gets, 1.1 without any of them. */
export interface HttpProtocolOptions {
  readonly upstreamHttpProtocolOptions?: { readonly autoSni?: boolean }
  readonly explicitHttpConfig?: { readonly http2ProtocolOptions?: object }
  readonly useDownstreamProtocolConfig?: object
}

export interface Cluster extends Named {
  readonly type?: string
  readonly clusterType?: Named
  readonly loadAssignment?: LoadAssignment
  readonly edsClusterConfig?: { readonly serviceName?: string }
  readonly originalDstLbConfig?: { readonly upstreamPortOverride?: number }
  readonly commonLbConfig?: { readonly localityWeightedLbConfig?: object }
  readonly typedExtensionProtocolOptions?: Readonly<Record<string, HttpProtocolOptions>>
  readonly transportSocket?: TransportSocket
  readonly transportSocketMatches?: readonly {
    readonly match?: Readonly<Record<string, string>>
    readonly transportSocket: TransportSocket
  }[]
  readonly metadata?: { readonly filterMetadata?: { readonly istio?: { readonly alpn_override?: string } } }
  readonly outlierDetection?: { readonly consecutive5xx?: number }
  readonly circuitBreakers?: { readonly thresholds?: readonly { readonly maxConnections?: number }[] }
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
