import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** What the mesh, istiod and the proxy's own configuration say about all routes of a proxy. */
export interface RouteSettings {
  /** Tell the workload how often a request was tried. */
  readonly attemptCount: boolean
  /** Tell the destination which host was asked for when it is rewritten. */
  readonly forwardedHost: boolean
  /** Mirrored requests keep their host instead of getting `-shadow`. */
  readonly plainShadowHost: boolean
  /** Hosts also match with a trailing dot. */
  readonly absoluteNames: boolean
  readonly defaultRetries: HTTPRetry | undefined
}

/** @see proxy_headers.go and features of the reference */
export function routeSettings(view: ProxyView): RouteSettings {
  const { mesh, features } = view.registry.snapshot
  const headers = view.proxy.config.proxyHeaders
  return {
    attemptCount: headers?.attemptCount?.disabled !== true,
    forwardedHost: headers?.xForwardedHost?.enabled === true,
    plainShadowHost: flag(features.env, 'DISABLE_SHADOW_HOST_SUFFIX', true),
    absoluteNames: flag(features.env, 'PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN', true),
    defaultRetries: mesh.defaultHttpRetryPolicy,
  }
}
