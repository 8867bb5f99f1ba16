/** The proxy configuration's connectionSettings (core/connection_settings.go). */
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

/** The effective settings; undefined when there are none. */
export function connectionSettings({ proxy, registry }: ProxyView): Partial<ConnectionSettings> | undefined {
  const settings = proxy.config.connectionSettings ?? registry.snapshot.mesh.defaultConfig?.connectionSettings
  if (!settings) return undefined
  const atTheEdge = settings.profile === 'EDGE' && proxy.type === 'router'
  return atTheEdge ? { ...EDGE, ...stated(settings) } : stated(settings)
}
