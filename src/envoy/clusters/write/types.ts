/** The part of Envoy's cluster message that is generated (envoy.config.cluster.v3). Absent fields are undefined. */

import type { ClusterLoadAssignment } from '../../endpoints/write/types.ts'
import type { EnvoyMessage, Extension, TypedConfig } from '../../json.ts'
import type { DnsLookupFamily } from '../../policy/dns.ts'
import type { TransportSocket, TransportSocketMatch } from '../../tls/upstream.ts'
import type { DiscoveryType, IstioMetadata } from '../plan/cluster.ts'
import type { Thresholds } from '../plan/connection-pool.ts'

export interface Percent {
  readonly value?: number | undefined
}

export interface EnvoyThresholds extends Thresholds {
  readonly retryBudget?:
    | {
        readonly budgetPercent: Percent
        readonly budgetInterval?: string | undefined
        readonly minRetryConcurrency: number
      }
    | undefined
}

export interface TcpKeepalive {
  readonly keepaliveProbes?: number | undefined
  readonly keepaliveTime?: number | undefined
  readonly keepaliveInterval?: number | undefined
}

export interface EnvoyOutlierDetection {
  readonly consecutive5xx?: number | undefined
  readonly interval?: string | undefined
  readonly baseEjectionTime?: string | undefined
  readonly maxEjectionPercent?: number | undefined
  readonly enforcingConsecutive5xx?: number | undefined
  readonly enforcingSuccessRate: number
  readonly consecutiveGatewayFailure?: number | undefined
  readonly enforcingConsecutiveGatewayFailure?: number | undefined
  readonly splitExternalLocalOriginErrors?: true | undefined
  readonly consecutiveLocalOriginFailure?: number | undefined
  readonly enforcingConsecutiveLocalOriginFailure?: number | undefined
  readonly enforcingLocalOriginSuccessRate?: number | undefined
}

export interface CommonLbConfig {
  readonly healthyPanicThreshold?: Percent | undefined
  readonly localityWeightedLbConfig?: Record<string, never> | undefined
  readonly zoneAwareLbConfig?:
    | { readonly routingEnabled?: Percent | undefined; readonly minClusterSize?: string | undefined }
    | undefined
  readonly overrideHostStatus?: { readonly statuses: readonly string[] } | undefined
}

export interface SlowStart {
  readonly slowStartConfig: {
    readonly slowStartWindow?: string | undefined
    readonly aggression?: { readonly defaultValue?: number | undefined; readonly runtimeKey: string } | undefined
    readonly minWeightPercent?: Percent | undefined
  }
}

/** At most one field is set. */
export interface LbConfig {
  readonly leastRequestLbConfig?: SlowStart | undefined
  readonly roundRobinLbConfig?: SlowStart | undefined
  readonly ringHashLbConfig?: { readonly minimumRingSize: string } | undefined
  readonly maglevLbConfig?: { readonly tableSize: string } | undefined
  readonly originalDstLbConfig?: { readonly upstreamPortOverride: number } | undefined
}

export interface BindAddress {
  readonly address: string
  readonly portValue: 0
}

export interface UpstreamBindConfig {
  readonly sourceAddress: BindAddress
  readonly extraSourceAddresses?: readonly { readonly address: BindAddress }[] | undefined
}

export interface EnvoyCluster extends LbConfig {
  readonly name: string
  readonly altStatName: string
  readonly type?: DiscoveryType | undefined
  readonly clusterType?: { readonly name: string; readonly typedConfig: TypedConfig } | undefined
  readonly edsClusterConfig?: EnvoyMessage | undefined
  readonly connectTimeout?: string | undefined
  readonly lbPolicy?: 'LEAST_REQUEST' | 'RANDOM' | 'RING_HASH' | 'MAGLEV' | 'CLUSTER_PROVIDED' | undefined
  readonly loadAssignment?: ClusterLoadAssignment | undefined
  readonly circuitBreakers?: { readonly thresholds: readonly EnvoyThresholds[] } | undefined
  readonly typedExtensionProtocolOptions?: Readonly<Record<string, TypedConfig>> | undefined
  readonly dnsRefreshRate?: string | undefined
  readonly respectDnsTtl?: true | undefined
  readonly dnsLookupFamily?: DnsLookupFamily | undefined
  readonly dnsJitter?: string | undefined
  readonly typedDnsResolverConfig?: Extension | undefined
  readonly outlierDetection?: EnvoyOutlierDetection | undefined
  readonly cleanupInterval?: string | undefined
  readonly upstreamBindConfig?: UpstreamBindConfig | undefined
  readonly commonLbConfig?: CommonLbConfig | undefined
  readonly transportSocket?: TransportSocket | undefined
  readonly transportSocketMatches?: readonly TransportSocketMatch[] | undefined
  readonly metadata?: { readonly filterMetadata: { readonly istio: IstioMetadata } } | undefined
  readonly upstreamConnectionOptions?: { readonly tcpKeepalive: TcpKeepalive } | undefined
  readonly filters?: readonly Extension[] | undefined
}
