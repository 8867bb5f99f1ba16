/** Writes a cluster's HTTP options as Envoy's message; decides nothing. */
import { durationText, envoyType, type TypedConfig } from '../../json.ts'
import type { CommonHttp, Http2Limits, HttpOptions } from '../plan/http-options.ts'

/** The key of the options in a cluster's message. */
const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const TYPE = envoyType('extensions.upstreams.http.v3.HttpProtocolOptions')

/** HTTP/1 headers keep their case. */
export const PRESERVE_CASE = {
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

/** undefined when every option has its default. */
export function protocolOptions(options: HttpOptions): Readonly<Record<string, TypedConfig>> | undefined {
  return isDefault(options) ? undefined : { [HTTP_OPTIONS]: fullOptions(options) }
}
