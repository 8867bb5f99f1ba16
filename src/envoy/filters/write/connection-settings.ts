/** Writes the proxy configuration's connectionSettings (core/connection_settings.go). */
import type { ProxyConfigConnectionSettings as ConnectionSettings } from '../../../resources/mesh/mesh-config.ts'
import { compact, durationText } from '../../json.ts'
import type { HttpConnectionManager } from './http-connection-manager-message.ts'

/** Envoy's names; undefined for its defaults. */
const UNDERSCORES: ReadonlyMap<string, string | undefined> = new Map([
  ['HEADERS_WITH_UNDERSCORES_REJECT_REQUEST', 'REJECT_REQUEST'],
  ['HEADERS_WITH_UNDERSCORES_DROP_HEADER', 'DROP_HEADER'],
  ['HEADERS_WITH_UNDERSCORES_ALLOW', undefined],
])

/** A limit; negative ones are ignored. */
export const limit = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value

const isStated = (...values: readonly unknown[]): boolean => values.some((value) => value !== undefined)

function commonOptions(settings: Partial<ConnectionSettings>, idleTimeout: string | undefined) {
  const { httpIdleTimeout, httpMaxConnectionDuration, httpMaxStreamDuration } = settings
  const underscores = settings.httpHeadersWithUnderscoresAction
  const timeout = durationText(httpIdleTimeout) ?? idleTimeout
  if (!isStated(timeout, httpMaxConnectionDuration, httpMaxStreamDuration, underscores)) return undefined
  return compact({
    idleTimeout: timeout,
    maxConnectionDuration: durationText(httpMaxConnectionDuration),
    maxStreamDuration: durationText(httpMaxStreamDuration),
    headersWithUnderscoresAction: UNDERSCORES.get(underscores ?? ''),
  })
}

function http2Options(settings: Partial<ConnectionSettings>) {
  const streams = settings.httpMaxConcurrentStreams
  const { http2InitialStreamWindowSize: streamWindow, http2InitialConnectionWindowSize: window } = settings
  if (!isStated(streams, streamWindow, window)) return undefined
  return compact({
    maxConcurrentStreams: limit(streams),
    initialStreamWindowSize: limit(streamWindow),
    initialConnectionWindowSize: limit(window),
  })
}

/**
 * The fields of a connection manager that the settings change; they override the mesh's path normalization.
 * @param idleTimeout from the node's metadata
 */
export function connectionFields(
  settings: Partial<ConnectionSettings>,
  idleTimeout: string | undefined,
): Partial<HttpConnectionManager> {
  const { httpMergeSlashes, httpPathWithEscapedSlashesAction } = settings
  const streamIdleTimeout = durationText(settings.httpStreamIdleTimeout)
  return {
    ...(streamIdleTimeout !== undefined && { streamIdleTimeout }),
    ...compact({
      commonHttpProtocolOptions: commonOptions(settings, idleTimeout),
      http2ProtocolOptions: http2Options(settings),
      requestTimeout: durationText(settings.httpRequestTimeout),
      requestHeadersTimeout: durationText(settings.httpRequestHeadersTimeout),
      drainTimeout: durationText(settings.httpDrainTimeout),
      pathWithEscapedSlashesAction: httpPathWithEscapedSlashesAction,
    }),
    // Envoy's default is not sent, but it overrides the mesh's setting.
    ...(httpMergeSlashes !== undefined && { mergeSlashes: httpMergeSlashes || undefined }),
  }
}
