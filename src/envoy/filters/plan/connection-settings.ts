/** The proxy configuration's connectionSettings (core/connection_settings.go). */
import type { ProxyConfigConnectionSettings as ConnectionSettings } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { compact, durationText } from '../../json.ts'
import type { HttpConnectionManager } from '../write/http-connection-manager.ts'

const NO_UNDERSCORES_ACTION = 'HEADERS_WITH_UNDERSCORES_UNSPECIFIED'
const NO_SLASHES_ACTION = 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED'

/** What the profile EDGE sets where nothing is stated; it counts on routers only. */
const EDGE: Partial<ConnectionSettings> = {
  listenerPerConnectionBufferLimitBytes: 32_768,
  httpIdleTimeout: { seconds: 3600, nanos: 0 },
  httpStreamIdleTimeout: { seconds: 300, nanos: 0 },
  httpRequestTimeout: { seconds: 300, nanos: 0 },
  httpRequestHeadersTimeout: { seconds: 60, nanos: 0 },
  httpMaxConcurrentStreams: 100,
  http2InitialStreamWindowSize: 65_536,
  http2InitialConnectionWindowSize: 1_048_576,
  httpHeadersWithUnderscoresAction: 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  httpMergeSlashes: true,
  httpPathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
}

/** Envoy's names; undefined where they are its defaults. */
const UNDERSCORES: ReadonlyMap<string, string | undefined> = new Map([
  ['HEADERS_WITH_UNDERSCORES_REJECT_REQUEST', 'REJECT_REQUEST'],
  ['HEADERS_WITH_UNDERSCORES_DROP_HEADER', 'DROP_HEADER'],
  ['HEADERS_WITH_UNDERSCORES_ALLOW', undefined],
])

function stated(settings: ConnectionSettings): Partial<ConnectionSettings> {
  const { httpHeadersWithUnderscoresAction: underscores, httpPathWithEscapedSlashesAction: slashes } = settings
  return compact({
    ...settings,
    httpHeadersWithUnderscoresAction: underscores === NO_UNDERSCORES_ACTION ? undefined : underscores,
    httpPathWithEscapedSlashesAction: slashes === NO_SLASHES_ACTION ? undefined : slashes,
  })
}

/** The settings that are in force; undefined when there are none. */
export function connectionSettings({ proxy, registry }: ProxyView): Partial<ConnectionSettings> | undefined {
  const settings = proxy.config.connectionSettings ?? registry.snapshot.mesh.defaultConfig?.connectionSettings
  if (!settings) return undefined
  const atTheEdge = settings.profile === 'EDGE' && proxy.type === 'router'
  return atTheEdge ? { ...EDGE, ...stated(settings) } : stated(settings)
}

/** A limit; negative ones do not count. */
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
 * What the settings change of a connection manager; they win over the mesh's path normalization.
 * @param idleTimeout that of the node's metadata
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
    // Envoy's default is not sent, but it takes the place of what the mesh says.
    ...(httpMergeSlashes !== undefined && { mergeSlashes: httpMergeSlashes || undefined }),
  }
}
