/** What connection managers of routers have of their own (core/gateway.go buildGatewayConnectionManager). */
import type { ProxyView } from '../../../scope/view.ts'
import type { HttpOptions } from '../../filters/write/http-connection-manager.ts'
import type { HttpConnectionManager } from '../../filters/write/http-connection-manager-message.ts'

export type ManagerOptions = Pick<HttpOptions, 'extra'>

type Fields = Partial<HttpConnectionManager>

/** Ways of forwarding client certificates under which their details are set. */
const SETS_CERTIFICATE_DETAILS: ReadonlySet<string> = new Set(['APPEND_FORWARD', 'SANITIZE_SET'])
/** Envoy's default, which is not sent. */
const SANITIZE = 'SANITIZE'

function topologyFields({ proxy }: ProxyView): Fields {
  const topology = proxy.config.gatewayTopology
  if (!topology) return {}
  const { numTrustedProxies, forwardClientCertDetails: details } = topology
  const hops = numTrustedProxies > 0 ? { xffNumTrustedHops: numTrustedProxies } : {}
  if (details === 'UNDEFINED') return hops
  return {
    ...hops,
    forwardClientCertDetails: details === SANITIZE ? undefined : details,
    ...(!SETS_CERTIFICATE_DETAILS.has(details) && { setCurrentClientCertDetails: undefined }),
  } as Fields
}

/** What all connection managers of a router have beyond those of its kind of traffic. */
export function managerOptions(view: ProxyView): ManagerOptions {
  return { extra: topologyFields(view) }
}
