/** The proxy configuration's settings for all listeners of a router. */
import { parseGoBool } from '../../../common/go-bool.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type FilterSettings, filterSettings } from '../../filters/plan/settings.ts'

/** How connection managers forward client certificates (core/gateway.go buildGatewayConnectionManager). */
export interface ClientCertificates {
  /** Envoy's name; undefined for its default. */
  readonly forwarded: string | undefined
  /** Certificate details are forwarded. */
  readonly detailed: boolean
}

export interface GatewaySettings {
  readonly filters: FilterSettings
  /** The number of trusted proxies in front of the router; 0 for none. */
  readonly trustedProxies: number
  /** undefined for the default of routers. */
  readonly clientCertificates: ClientCertificates | undefined
  /** Clients use the PROXY protocol. */
  readonly proxyProtocol: boolean
  readonly exactBalance: boolean
}

/** Forwarding modes that include certificate details. */
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
