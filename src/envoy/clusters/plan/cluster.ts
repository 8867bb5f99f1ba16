/** The plan of a cluster, before it is written as Envoy's message. */

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

/** A service as reported in telemetry. */
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

/** How DNS queries are spread over time, and how long a connection to a resolver is used. */
export interface QuerySettings {
  readonly jitter: Duration
  readonly udpMaxQueries: number
}

/** The settings that all clusters of a proxy are written with. */
export interface ClusterSettings {
  /** undefined for Envoy's default. */
  readonly connectTimeout: Duration | undefined
  readonly dnsRefreshRate: Duration | undefined
  /** undefined to send neither jitter nor a resolver. */
  readonly dnsQueries: QuerySettings | undefined
  /** The mesh's tlsDefaults. */
  readonly tlsDefaults: MeshConfigTLSConfig | undefined
}

/** Envoy resolves the requested name itself (dynamic forward proxy). */
export interface NameForwarding extends DnsCache {
  /** Upstream TLS may skip verification of the requested name. */
  readonly allowInsecure: boolean
}

export interface ClusterPlan {
  readonly name: string
  /** Without its trailing semicolon. */
  readonly statName: string
  /** undefined for name forwarding. */
  readonly type: DiscoveryType | undefined
  readonly forwarding: NameForwarding | undefined
  readonly dnsFamily: DnsLookupFamily | undefined
  /** The endpoints that a DNS cluster resolves. */
  readonly groups: readonly LocalityGroup[] | undefined
  /** The address an inbound cluster connects to; port 0 for a path. */
  readonly bind: { readonly address: string; readonly port: number } | undefined
  /** The port to connect to instead of the client's. */
  readonly portOverride: number | undefined
  readonly neverCleanedUp: boolean
  readonly pool: PoolDecision
  readonly http: HttpOptions
  readonly commonLb: CommonLb | undefined
  readonly algorithm: LbAlgorithm
  readonly outlierDetection: OutlierDetection | undefined
  readonly tls: UpstreamTls | undefined
  /** Endpoint metadata decides whether connections use TLS. */
  readonly tlsByEndpoint: boolean
  /** The PROXY protocol version; undefined for none. */
  readonly proxyProtocol: string | undefined
  readonly metadata: IstioMetadata | undefined
  /** The proxies exchange metadata. */
  readonly exchangesMetadata: boolean
  /** Addresses to connect from, the preferred one first. */
  readonly sourceAddresses: readonly string[]
}
