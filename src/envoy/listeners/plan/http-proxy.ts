/** The listener for clients that use the sidecar as an HTTP proxy (core/listener.go buildHTTPProxy). */
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import type { Extensions } from '../../extensions/plan/extensions.ts'
import { type HttpProxyManager, planHttpProxyManager } from '../../filters/plan/http-manager.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { HTTP_PROXY_ROUTES } from '../../routes/plan/route-name.ts'
import { LOCALHOSTS } from './binding.ts'
import { ruleOrigin, WHY } from './origins.ts'

export interface HttpProxyPlan {
  readonly binds: readonly [string, ...string[]]
  readonly port: number
  /** The name of the route configuration. */
  readonly routeName: string
  readonly manager: HttpProxyManager
  /** undefined for none. */
  readonly extensions: Extensions | undefined
  readonly origin: Origin
}

const METADATA = 'HTTP_PROXY_PORT'
const NUMBER = /^[-+]?\d{1,9}$/

/** The proxy's own port, otherwise the mesh's; 0 for none. */
function portOf({ proxy, registry }: ProxyView): number {
  const own = proxy.metadata.get(METADATA) ?? ''
  return NUMBER.test(own) ? Number(own) : registry.snapshot.mesh.proxyHttpPort
}

/** @returns undefined when no port is set */
export function planHttpProxy(view: ProxyView, settings: FilterSettings): HttpProxyPlan | undefined {
  const port = portOf(view)
  if (port === 0) return undefined
  const origin = ruleOrigin('mesh configuration or node metadata', WHY.httpProxy)
  const manager = planHttpProxyManager(view)
  const extensions = settings.extensions?.of('CLIENT', port)
  return { binds: LOCALHOSTS[view.proxy.ipMode], port, routeName: HTTP_PROXY_ROUTES, manager, extensions, origin }
}
