/** Which HTTP a cluster speaks (pilot/pkg/networking/core/cluster_builder.go setUpstreamProtocol, applyH2Upgrade). */

import type { ConnectionPoolSettings } from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import { isHttp, isHttp2, type Protocol } from '../../../registry/protocol.ts'

/**
 * The protocol towards the upstream: as the client came (`downstream`), one that is stated, or none, which Envoy takes
 * as HTTP/1.
 */
export type UpstreamHttp = 'none' | 'http1' | 'http2' | 'downstream'

export interface HttpDecision {
  readonly upstream: UpstreamHttp
  /** HTTP/1 headers keep the case in which they were sent. */
  readonly preserveCase: boolean
  /** The policy's limits of HTTP/2 connections apply, where the cluster speaks it. */
  readonly takesHttp2Limits: boolean
}

/** Options that hold whatever the protocol is. */
export interface CommonHttp {
  readonly idleTimeout: Duration | undefined
  readonly maxConnectionDuration: Duration | undefined
  readonly maxRequestsPerConnection: number
}

/** Options of HTTP/2 connections; they count only for clusters that speak it. */
export interface Http2Limits {
  readonly maxConcurrentStreams: number
  readonly keepalive: { readonly interval: Duration | undefined; readonly timeout: Duration | undefined } | undefined
}

/** All that goes into a cluster's protocol options. */
export interface HttpOptions extends HttpDecision {
  readonly common: CommonHttp | undefined
  readonly http2: Http2Limits | undefined
  readonly autoSni: boolean
  readonly autoSanValidation: boolean
  /** Status codes that outlier detection counts as errors; empty for its own rule. */
  readonly errorCodes: readonly number[]
}

/** By the protocol of the port. */
function byProtocol(protocol: Protocol, isSidecar: boolean, preserves: boolean): HttpDecision {
  const takesHttp2Limits = true
  if (isHttp2(protocol)) return { upstream: 'http2', preserveCase: false, takesHttp2Limits }
  const sniffed = protocol === 'Unsupported'
  const preserveCase = preserves && (sniffed || isHttp(protocol))
  if (sniffed && isSidecar) return { upstream: 'downstream', preserveCase, takesHttp2Limits }
  return { upstream: preserveCase ? 'http1' : 'none', preserveCase, takesHttp2Limits }
}

function upgrades(protocol: Protocol, pool: ConnectionPoolSettings | undefined, meshUpgrades: boolean): boolean {
  const http = pool?.http
  if (http?.useClientProtocol || http?.h2UpgradePolicy === 'DO_NOT_UPGRADE') return false
  if (http?.h2UpgradePolicy === 'UPGRADE') return true
  return meshUpgrades && isHttp(protocol)
}

export interface HttpInput {
  readonly protocol: Protocol
  readonly pool: ConnectionPoolSettings | undefined
  readonly isSidecar: boolean
  /** proxyHeaders.preserveHttp1HeaderCase of the proxy's configuration */
  readonly preserves: boolean
  readonly outbound: boolean
  /** The mesh's h2UpgradePolicy is UPGRADE. */
  readonly meshUpgrades: boolean
  /** An upgrade comes before all else and leaves alone what is stated; later, it takes its place with all its options. */
  readonly upgradesFirst: boolean
}

/** Decides on the upstream's protocol. The client's own, where a policy asks for it, wins over all else. */
export function decideHttp(input: HttpInput): HttpDecision {
  const { protocol, pool } = input
  const stated = byProtocol(protocol, input.isSidecar, input.preserves)
  if (pool?.http?.useClientProtocol) return { ...stated, upstream: 'downstream' }
  if (!input.outbound || !upgrades(protocol, pool, input.meshUpgrades)) return stated
  if (!input.upgradesFirst) return { upstream: 'http2', preserveCase: false, takesHttp2Limits: false }
  return stated.upstream === 'none' ? { ...stated, upstream: 'http2' } : stated
}
