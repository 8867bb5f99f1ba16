/** A cluster as it was decided on, before it is written as Envoy's message. */

import type { OutlierDetection } from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { MeshConfigTLSConfig } from '../../../resources/mesh/mesh-config.ts'
import type { LocalityGroup } from '../../endpoints/plan/groups.ts'
import type { DnsCache, DnsLookupFamily } from '../../policy/dns.ts'
import type { UpstreamTls } from '../../policy/upstream-tls.ts'
import type { PoolDecision } from './connection-pool.ts'
import type { HttpOptions } from './http-options.ts'
import type { CommonLb, LbAlgorithm } from './load-balancing.ts'

export type DiscoveryType = 'EDS' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'ORIGINAL_DST' | 'STATIC'

/** A service as telemetry names it. */
export interface ServiceMetadata {
  readonly host: string
  readonly name: string
  readonly namespace: string
}

export interface IstioMetadata {
  readonly services?: readonly ServiceMetadata[] | undefined
  readonly external?: true | undefined
  readonly config?: string | undefined
  readonly subset?: string | undefined
  readonly alpn_override?: 'false' | undefined
}

/** How the queries of DNS clusters are spread and how long a resolver's connection is used. */
export interface QuerySettings {
  readonly jitter: Duration
  readonly udpMaxQueries: number
}

/** What the clusters of a proxy are written with besides their plans. */
export interface ClusterSettings {
  /** undefined for Envoy's own. */
  readonly connectTimeout: Duration | undefined
  readonly dnsRefreshRate: Duration | undefined
  /** undefined: neither jitter nor a resolver is sent. */
  readonly dnsQueries: QuerySettings | undefined
  /** The mesh's tlsDefaults. */
  readonly tlsDefaults: MeshConfigTLSConfig | undefined
}

/** Envoy resolves the requested name itself, whatever it is (dynamic forward proxy). */
export interface NameForwarding extends DnsCache {
  /** Upstream TLS may leave the requested name unverified. */
  readonly allowInsecure: boolean
}

export interface ClusterPlan {
  readonly name: string
  /** Without the semicolon at its end. */
  readonly statName: string
  /** undefined for name forwarding. */
  readonly type: DiscoveryType | undefined
  readonly forwarding: NameForwarding | undefined
  readonly dnsFamily: DnsLookupFamily | undefined
  /** What a DNS cluster resolves. */
  readonly groups: readonly LocalityGroup[] | undefined
  /** Where an inbound cluster connects to; a path has port 0. */
  readonly bind: { readonly address: string; readonly port: number } | undefined
  /** The port that is dialled instead of the client's. */
  readonly portOverride: number | undefined
  readonly neverCleanedUp: boolean
  readonly pool: PoolDecision
  readonly http: HttpOptions
  readonly commonLb: CommonLb | undefined
  readonly algorithm: LbAlgorithm
  readonly outlierDetection: OutlierDetection | undefined
  readonly tls: UpstreamTls | undefined
  /** The metadata of an endpoint decides whether connections to it use TLS. */
  readonly tlsByEndpoint: boolean
  /** Version of the PROXY protocol; undefined for none. */
  readonly proxyProtocol: string | undefined
  readonly metadata: IstioMetadata | undefined
  /** Peers exchange their metadata over it. */
  readonly exchangesMetadata: boolean
  /** Addresses to connect from, the preferred one first. */
  readonly sourceAddresses: readonly string[]
}
