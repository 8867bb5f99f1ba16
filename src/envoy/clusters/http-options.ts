/** Which HTTP a cluster speaks (pilot/pkg/networking/core/cluster_builder.go setUpstreamProtocol, applyH2Upgrade). */
import { isHttp, isHttp2, type Protocol } from '../../registry/protocol.ts'
import type { Duration } from '../../resources/duration.ts'
import type { ConnectionPoolSettings } from '../../resources/istio/destination-rule.ts'
import { durationText, envoyType, type TypedConfig } from '../json.ts'

/**
 * The protocol towards the upstream: as the client came (`downstream`), one that is stated, or none, which Envoy takes
 * as HTTP/1.
 */
export type UpstreamHttp = 'none' | 'http1' | 'http2' | 'downstream'

export interface HttpDecision {
  readonly upstream: UpstreamHttp
  /** HTTP/1 headers keep the case in which they were sent. */
  readonly preserveCase: boolean
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
  if (isHttp2(protocol)) return { upstream: 'http2', preserveCase: false }
  const sniffed = protocol === 'Unsupported'
  const preserveCase = preserves && (sniffed || isHttp(protocol))
  if (sniffed && isSidecar) return { upstream: 'downstream', preserveCase }
  return { upstream: preserveCase ? 'http1' : 'none', preserveCase }
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
}

/** Decides on the upstream's protocol. The client's own, where a policy asks for it, wins over all else. */
export function decideHttp(input: HttpInput): HttpDecision {
  const { protocol, pool } = input
  const stated = byProtocol(protocol, input.isSidecar, input.preserves)
  if (pool?.http?.useClientProtocol) return { ...stated, upstream: 'downstream' }
  const upgraded = stated.upstream === 'none' && input.outbound && upgrades(protocol, pool, input.meshUpgrades)
  return upgraded ? { ...stated, upstream: 'http2' } : stated
}

// ---- transcription ----

/** The key and type of the options in a cluster. */
export const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const TYPE = envoyType('extensions.upstreams.http.v3.HttpProtocolOptions')

const PRESERVE_CASE = {
  headerKeyFormat: {
    statefulFormatter: {
      name: 'preserve_case',
      typedConfig: {
        '@type': envoyType('extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig'),
      },
    },
  },
} as const

function http2Options(limits: Http2Limits | undefined) {
  if (!limits) return {}
  const { maxConcurrentStreams, keepalive } = limits
  return {
    maxConcurrentStreams: maxConcurrentStreams > 0 ? maxConcurrentStreams : undefined,
    connectionKeepalive: keepalive && {
      interval: durationText(keepalive.interval),
      timeout: durationText(keepalive.timeout),
    },
  }
}

function upstreamKind({ upstream, preserveCase, http2 }: HttpOptions) {
  const http1 = preserveCase ? PRESERVE_CASE : {}
  switch (upstream) {
    case 'http2':
      return { explicitHttpConfig: { http2ProtocolOptions: http2Options(http2) } }
    case 'downstream':
      return { useDownstreamProtocolConfig: { httpProtocolOptions: http1, http2ProtocolOptions: {} } }
    default:
      return { explicitHttpConfig: { httpProtocolOptions: http1 } }
  }
}

function commonOptions({ idleTimeout, maxConnectionDuration, maxRequestsPerConnection }: CommonHttp) {
  return {
    idleTimeout: durationText(idleTimeout),
    maxConnectionDuration: durationText(maxConnectionDuration),
    maxRequestsPerConnection: maxRequestsPerConnection > 0 ? maxRequestsPerConnection : undefined,
  }
}

const statusRule = (code: number) => ({
  httpResponseHeadersMatch: { headers: [{ name: ':status', stringMatch: { exact: String(code) } }] },
})

function errorMatcher(codes: readonly number[]) {
  const [first, ...others] = codes.map(statusRule)
  return others.length === 0 ? first : { orMatch: { rules: [first, ...others] } }
}

const isDefault = (options: HttpOptions): boolean =>
  options.upstream === 'none' &&
  !options.common &&
  !options.autoSni &&
  !options.autoSanValidation &&
  options.errorCodes.length === 0

function fullOptions(options: HttpOptions): TypedConfig {
  const { common, autoSni, autoSanValidation, errorCodes } = options
  return {
    '@type': TYPE,
    commonHttpProtocolOptions: common && commonOptions(common),
    upstreamHttpProtocolOptions:
      autoSni || autoSanValidation
        ? { autoSni: autoSni || undefined, autoSanValidation: autoSanValidation || undefined }
        : undefined,
    ...upstreamKind(options),
    outlierDetection: errorCodes.length > 0 ? { errorMatcher: errorMatcher(errorCodes) } : undefined,
  }
}

/** undefined when there is nothing to say. */
export function protocolOptions(options: HttpOptions): Readonly<Record<string, TypedConfig>> | undefined {
  return isDefault(options) ? undefined : { [HTTP_OPTIONS]: fullOptions(options) }
}
