import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** Settings of mesh, istiod and proxy for all routes of a proxy. */
export interface RouteSettings {
  /** The workload receives the number of attempts. */
  readonly attemptCount: boolean
  /** The destination receives the original host when it is rewritten. */
  readonly forwardedHost: boolean
  /** Mirrored requests keep their host instead of getting the suffix `-shadow`. */
  readonly plainShadowHost: boolean
  /** Hosts also match with a trailing dot. */
  readonly absoluteNames: boolean
  /** Normalizes a host for routes. */
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
