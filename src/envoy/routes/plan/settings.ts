import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
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
  /** A host as routes write and compare it. */
  readonly hostKey: (host: string) => string
  readonly defaultRetries: HTTPRetry | undefined
}

const lowerCase = (host: string): string => host.toLowerCase()
const asWritten = (host: string): string => host

/** @see proxy_headers.go and features of the reference */
export function routeSettings(view: ProxyView): RouteSettings {
  const { mesh, features } = view.registry.snapshot
  const headers = view.proxy.config.proxyHeaders
  return {
    attemptCount: headers?.attemptCount?.disabled !== true,
    forwardedHost: headers?.xForwardedHost?.enabled === true,
    plainShadowHost: features.has('plain-mirror-hosts'),
    absoluteNames: features.has('trailing-dot-domains'),
    hostKey: features.has('lower-case-hosts') ? lowerCase : asWritten,
    defaultRetries: mesh.defaultHttpRetryPolicy,
  }
}
