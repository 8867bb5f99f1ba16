/** What the proxy's own configuration says about all listeners of a router. */
import { parseGoBool } from '../../../common/go-bool.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type FilterSettings, filterSettings } from '../../filters/plan/settings.ts'

/** How connection managers pass client certificates on (core/gateway.go buildGatewayConnectionManager). */
export interface ClientCertificates {
  /** Envoy's name; undefined for its default. */
  readonly forwarded: string | undefined
  /** Certificates are told in detail. */
  readonly detailed: boolean
}

export interface GatewaySettings {
  readonly filters: FilterSettings
  /** Proxies in front of the router that are trusted; 0 for none. */
  readonly trustedProxies: number
  /** undefined: as all routers do. */
  readonly clientCertificates: ClientCertificates | undefined
  /** Clients speak the PROXY protocol. */
  readonly proxyProtocol: boolean
  readonly exactBalance: boolean
}

/** Ways of forwarding client certificates under which their details are set. */
const SETS_DETAILS: ReadonlySet<string> = new Set(['APPEND_FORWARD', 'SANITIZE_SET'])
/** Envoy's default, which is not sent. */
const SANITIZE = 'SANITIZE'

function clientCertificates({ proxy }: ProxyView): ClientCertificates | undefined {
  const way = proxy.config.gatewayTopology?.forwardClientCertDetails ?? 'UNDEFINED'
  if (way === 'UNDEFINED') return undefined
  return { forwarded: way === SANITIZE ? undefined : way, detailed: SETS_DETAILS.has(way) }
}

export function gatewaySettings(view: ProxyView): GatewaySettings {
  const { config, metadata } = view.proxy
  return {
    filters: filterSettings(view),
    trustedProxies: config.gatewayTopology?.numTrustedProxies ?? 0,
    clientCertificates: clientCertificates(view),
    proxyProtocol: config.gatewayTopology?.proxyProtocol !== undefined,
    exactBalance: parseGoBool(metadata.get('OUTBOUND_LISTENER_EXACT_BALANCE') ?? '') ?? false,
  }
}
