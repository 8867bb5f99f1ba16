/** A cluster's HTTP version (pilot/pkg/networking/core/cluster_builder.go setUpstreamProtocol, applyH2Upgrade). */

import type { ConnectionPoolSettings } from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import { isHttp, isHttp2, type Protocol } from '../../../registry/protocol.ts'

/**
 * The protocol to the upstream: the client's (`downstream`), an explicit one, or none, which Envoy treats as HTTP/1.
 */
export type UpstreamHttp = 'none' | 'http1' | 'http2' | 'downstream'

export interface HttpDecision {
  readonly upstream: UpstreamHttp
  /** HTTP/1 headers keep their case. */
  readonly preserveCase: boolean
  /** The policy's HTTP/2 limits apply if the cluster uses HTTP/2. */
  readonly takesHttp2Limits: boolean
}

/** Options for every protocol. */
export interface CommonHttp {
  readonly idleTimeout: Duration | undefined
  readonly maxConnectionDuration: Duration | undefined
  readonly maxRequestsPerConnection: number
}

/** Options of HTTP/2 connections; they apply only to clusters that use HTTP/2. */
export interface Http2Limits {
  readonly maxConcurrentStreams: number
  readonly keepalive: { readonly interval: Duration | undefined; readonly timeout: Duration | undefined } | undefined
}

/** Everything that determines a cluster's protocol options. */
export interface HttpOptions extends HttpDecision {
  readonly common: CommonHttp | undefined
  readonly http2: Http2Limits | undefined
  readonly autoSni: boolean
  readonly autoSanValidation: boolean
  /** Status codes that outlier detection treats as errors; empty for its default. */
  readonly errorCodes: readonly number[]
}

/** The decision for the port's protocol. */
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
  /** Whether the mesh's h2UpgradePolicy is UPGRADE. */
  readonly meshUpgrades: boolean
  /** An upgrade is applied first and keeps explicit settings; otherwise it replaces them and all their options. */
  readonly upgradesFirst: boolean
}

/** Decides the upstream's protocol. useClientProtocol in the policy overrides everything else. */
export function decideHttp(input: HttpInput): HttpDecision {
  const { protocol, pool } = input
  const stated = byProtocol(protocol, input.isSidecar, input.preserves)
  if (pool?.http?.useClientProtocol) return { ...stated, upstream: 'downstream' }
  if (!input.outbound || !upgrades(protocol, pool, input.meshUpgrades)) return stated
  if (!input.upgradesFirst) return { upstream: 'http2', preserveCase: false, takesHttp2Limits: false }
  return stated.upstream === 'none' ? { ...stated, upstream: 'http2' } : stated
}
