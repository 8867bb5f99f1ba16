/** A cluster as it was decided on, before it is written as Envoy's message. */

import type { OutlierDetection } from '../../../kinds/messages/destination-rule.ts'
import type { LocalityGroup } from '../../endpoints/plan/groups.ts'
import type { DnsCache, DnsLookupFamily } from '../../policy/dns.ts'
import type { UpstreamTls } from '../../policy/upstream-tls.ts'
import type { CommonLbConfig, DiscoveryType, IstioMetadata } from '../write/types.ts'
import type { PoolDecision } from './connection-pool.ts'
import type { HttpOptions } from './http-options.ts'
import type { LbAlgorithm } from './load-balancing.ts'

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
  readonly commonLb: CommonLbConfig | undefined
  readonly algorithm: LbAlgorithm
  readonly outlierDetection: OutlierDetection | undefined
  readonly tls: UpstreamTls | undefined
  /** Version of the PROXY protocol; undefined for none. */
  readonly proxyProtocol: string | undefined
  readonly metadata: IstioMetadata | undefined
  /** Peers exchange their metadata over it. */
  readonly exchangesMetadata: boolean
  /** Addresses to connect from, the preferred one first. */
  readonly sourceAddresses: readonly string[]
}
