/** The proxy configuration's connectionSettings (core/connection_settings.go). */
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { ProxyConfigConnectionSettings as ConnectionSettings } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { compact } from '../../json.ts'

const NO_UNDERSCORES_ACTION = 'HEADERS_WITH_UNDERSCORES_UNSPECIFIED'
const NO_SLASHES_ACTION = 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED'

/** The EDGE profile's settings, which apply to routers unless overridden. */
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

function stated(settings: ConnectionSettings): Partial<ConnectionSettings> {
  const { httpHeadersWithUnderscoresAction: underscores, httpPathWithEscapedSlashesAction: slashes } = settings
  return compact({
    ...settings,
    httpHeadersWithUnderscoresAction: underscores === NO_UNDERSCORES_ACTION ? undefined : underscores,
    httpPathWithEscapedSlashesAction: slashes === NO_SLASHES_ACTION ? undefined : slashes,
  })
}

/** HTTP options of both versions. */
export interface CommonHttpPlan {
  readonly idleTimeout: Duration | undefined
  readonly maxConnectionDuration: Duration | undefined
  readonly maxStreamDuration: Duration | undefined
  /** Envoy's action; undefined for its default. */
  readonly headersWithUnderscores: 'REJECT_REQUEST' | 'DROP_HEADER' | undefined
}

/** Limits of HTTP/2 connections; undefined for Envoy's defaults. */
export interface Http2Plan {
  readonly maxConcurrentStreams: number | undefined
  readonly initialStreamWindowSize: number | undefined
  readonly initialConnectionWindowSize: number | undefined
}

/** What the settings change in connection managers and listeners; undefined leaves a field as it is. */
export interface ConnectionPlan {
  readonly common: CommonHttpPlan | undefined
  readonly http2: Http2Plan | undefined
  readonly streamIdleTimeout: Duration | undefined
  readonly requestTimeout: Duration | undefined
  readonly requestHeadersTimeout: Duration | undefined
  readonly drainTimeout: Duration | undefined
  readonly escapedSlashes: string | undefined
  /** Overrides the mesh's path normalization. */
  readonly mergeSlashes: boolean | undefined
  /** In bytes. */
  readonly bufferLimit: number | undefined
}

type Settings = Partial<ConnectionSettings>

/** Envoy's names; undefined for its default. */
const UNDERSCORES: ReadonlyMap<string, CommonHttpPlan['headersWithUnderscores']> = new Map([
  ['HEADERS_WITH_UNDERSCORES_REJECT_REQUEST', 'REJECT_REQUEST'],
  ['HEADERS_WITH_UNDERSCORES_DROP_HEADER', 'DROP_HEADER'],
  ['HEADERS_WITH_UNDERSCORES_ALLOW', undefined],
])

/** A limit; negative ones are ignored. */
const limit = (value: number | undefined): number | undefined => (value === undefined || value < 0 ? undefined : value)

const isStated = (...values: readonly unknown[]): boolean => values.some((value) => value !== undefined)

/** @param fallback the idle timeout of the node's metadata */
function commonHttp(settings: Settings, fallback: Duration | undefined): CommonHttpPlan | undefined {
  const { httpMaxConnectionDuration: maxConnectionDuration, httpMaxStreamDuration: maxStreamDuration } = settings
  const underscores = settings.httpHeadersWithUnderscoresAction
  const idleTimeout = settings.httpIdleTimeout ?? fallback
  if (!isStated(idleTimeout, maxConnectionDuration, maxStreamDuration, underscores)) return undefined
  const headersWithUnderscores = UNDERSCORES.get(underscores ?? '')
  return { idleTimeout, maxConnectionDuration, maxStreamDuration, headersWithUnderscores }
}

function http2(settings: Settings): Http2Plan | undefined {
  const streams = settings.httpMaxConcurrentStreams
  const { http2InitialStreamWindowSize: streamWindow, http2InitialConnectionWindowSize: window } = settings
  if (!isStated(streams, streamWindow, window)) return undefined
  return {
    maxConcurrentStreams: limit(streams),
    initialStreamWindowSize: limit(streamWindow),
    initialConnectionWindowSize: limit(window),
  }
}

/** The effective settings; undefined when there are none. */
function effectiveSettings({ proxy, registry }: ProxyView): Settings | undefined {
  const settings = proxy.config.connectionSettings ?? registry.snapshot.mesh.defaultConfig?.connectionSettings
  if (!settings) return undefined
  const atTheEdge = settings.profile === 'EDGE' && proxy.type === 'router'
  return atTheEdge ? { ...EDGE, ...stated(settings) } : stated(settings)
}

/**
 * Plans what the proxy's connectionSettings change.
 * @param idleTimeout from the node's metadata
 * @returns undefined when there are no settings
 */
export function planConnections(view: ProxyView, idleTimeout: Duration | undefined): ConnectionPlan | undefined {
  const settings = effectiveSettings(view)
  return (
    settings && {
      common: commonHttp(settings, idleTimeout),
      http2: http2(settings),
      streamIdleTimeout: settings.httpStreamIdleTimeout,
      requestTimeout: settings.httpRequestTimeout,
      requestHeadersTimeout: settings.httpRequestHeadersTimeout,
      drainTimeout: settings.httpDrainTimeout,
      escapedSlashes: settings.httpPathWithEscapedSlashesAction,
      mergeSlashes: settings.httpMergeSlashes,
      bufferLimit: limit(settings.listenerPerConnectionBufferLimitBytes),
    }
  )
}
