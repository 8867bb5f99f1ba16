/** What connection managers of routers have of their own (core/gateway.go buildGatewayConnectionManager). */
import { addressBits, ipFamily, ipText, ipValue, type Prefix, parsePrefix } from '../../addresses.ts'
import type { ProxyConfigProxyHeaders } from '../../resources/istio/mesh-config.ts'
import type { MeshNetworks } from '../../resources/istio/mesh-networks.ts'
import type { ProxyView } from '../../scope/view.ts'
import { PRESERVE_CASE } from '../clusters/transcribe-http.ts'
import type { Discretion, HttpConnectionManager, HttpOptions } from '../filters/http-connection-manager.ts'
import type { FilterSettings } from '../filters/settings.ts'
import { connectionFields, connectionSettings } from './connection-settings.ts'

export type ManagerOptions = Pick<HttpOptions, 'extra' | 'discretion'>

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

function serverFields(headers: ProxyConfigProxyHeaders): Fields {
  if (headers.server?.disabled) return { serverName: undefined, serverHeaderTransformation: 'PASS_THROUGH' } as Fields
  return headers.server?.value ? { serverName: headers.server.value } : {}
}

function headerFields(headers: ProxyConfigProxyHeaders | undefined, settings: FilterSettings): Fields {
  if (!headers) return {}
  const http10 = settings.acceptHttp10 ? { acceptHttp10: true } : {}
  return {
    ...serverFields(headers),
    ...(headers.requestId?.disabled && { generateRequestId: false }),
    ...(headers.xForwardedPort?.enabled && { appendXForwardedPort: true }),
    ...(headers.preserveHttp1HeaderCase && { httpProtocolOptions: { ...http10, ...PRESERVE_CASE } }),
  }
}

/** Undefined when the filters may tell everything. */
function discretionOf(headers: ProxyConfigProxyHeaders | undefined): Discretion | undefined {
  const debugHeaders = headers?.envoyDebugHeaders?.disabled === true
  const metadataOutsideMesh = headers?.metadataExchangeHeaders?.mode === 'IN_MESH'
  return debugHeaders || metadataOutsideMesh ? { debugHeaders, metadataOutsideMesh } : undefined
}

function prefixOf(text: string): Prefix | undefined {
  const family = ipFamily(text)
  if (family === 0) return parsePrefix(text)
  return { family, value: ipValue(text) ?? 0n, bits: addressBits(family) }
}

function byAddress(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  return a.bits - b.bits
}

/** The prefixes of all networks count as internal; undefined when there is none. */
function internalAddresses({ networks }: MeshNetworks): Fields {
  const prefixes = [...networks.values()]
    .flatMap((network) => network.endpoints.map(({ fromCidr }) => prefixOf(fromCidr ?? '')))
    .filter((prefix) => prefix !== undefined)
    .sort(byAddress)
  if (prefixes.length === 0) return {}
  const cidrRanges = prefixes.map(({ family, value, bits }) => ({
    addressPrefix: ipText(family, value),
    prefixLen: bits,
  }))
  return { internalAddressConfig: { cidrRanges } }
}

/** What all connection managers of a router have beyond those of its kind of traffic. */
export function managerOptions(view: ProxyView, settings: FilterSettings): ManagerOptions {
  const headers = view.proxy.config.proxyHeaders
  const connections = connectionSettings(view)
  return {
    extra: {
      ...topologyFields(view),
      ...headerFields(headers, settings),
      ...(connections && connectionFields(connections, settings.idleTimeout)),
      ...internalAddresses(view.registry.snapshot.meshNetworks),
    },
    discretion: discretionOf(headers),
  }
}
