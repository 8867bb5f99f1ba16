/** How a proxy protects the connection to an endpoint. */
import { ipFamily } from '../../common/addresses.ts'
import type { ClientTls, Connection, HttpRequest } from '../connection.ts'
import type { Cluster, HttpProtocolOptions, LbEndpoint, TransportSocket } from '../resources.ts'
import { withoutPort } from './virtual-host.ts'

/** `passthrough`: the client's own TLS goes on, unchanged. */
export const TLS_MODES = ['none', 'simple', 'mutual', 'istio-mutual', 'passthrough'] as const

export type TlsMode = (typeof TLS_MODES)[number]

const TLS_CONTEXT = /\.UpstreamTlsContext$/
/** Protocols that only proxies of the mesh offer. */
const MESH_PROTOCOL = 'istio'

/** TLS that only a proxy of the mesh begins, and only one can end. A client's own TLS may show an identity of the mesh. */
export const isMeshTls = ({ tls }: Connection): boolean =>
  tls?.certificate === 'mesh' && tls.alpn.includes(MESH_PROTOCOL)

/** The TLS socket inside wrappers; undefined for plain text. */
function tlsSocketOf(socket: TransportSocket | undefined): TransportSocket | undefined {
  let inner = socket
  while (inner?.typedConfig?.transportSocket) inner = inner.typedConfig.transportSocket
  return TLS_CONTEXT.test(inner?.typedConfig?.['@type'] ?? '') ? inner : undefined
}

const metadataMatches = (match: Readonly<Record<string, string>> = {}, metadata: Readonly<Record<string, string>>) =>
  Object.entries(match).every(([key, value]) => Object.hasOwn(metadata, key) && metadata[key] === value)

/** The socket for an endpoint: that of the first match on its metadata, otherwise the cluster's own. */
function socketOf(cluster: Cluster, endpoint: LbEndpoint | undefined): TransportSocket | undefined {
  const metadata = endpoint?.metadata?.filterMetadata?.['envoy.transport_socket_match'] ?? {}
  const matches = cluster.transportSocketMatches ?? []
  return matches.find(({ match }) => metadataMatches(match, metadata))?.transportSocket ?? cluster.transportSocket
}

export interface Transport {
  readonly mode: TlsMode
  /** What the endpoint sees; undefined for plain text. */
  readonly tls: ClientTls | undefined
  readonly proxyProtocol: boolean
}

type HttpVersion = HttpRequest['version']

const ALPN_OF_HTTP: Readonly<Record<HttpVersion, readonly string[]>> = {
  '1.1': ['istio-http/1.1', 'istio', 'http/1.1'],
  '2': ['istio-h2', 'istio', 'h2'],
}

/** What Envoy offers for a request if the cluster states nothing. */
const ALPN_FALLBACK: Readonly<Record<HttpVersion, readonly string[]>> = { '1.1': ['http/1.1'], '2': ['h2'] }

/** Proxies replace the protocols of mutual TLS by those of the request, unless the cluster's TLS is the user's own. */
function alpnOf(cluster: Cluster, socket: TransportSocket, { http }: Connection): readonly string[] {
  const stated = socket.typedConfig?.commonTlsContext?.alpnProtocols ?? []
  if (!http) return stated
  const overrides = cluster.metadata?.filterMetadata?.istio?.alpn_override !== 'false'
  if (overrides && stated.includes(MESH_PROTOCOL)) return ALPN_OF_HTTP[http.version]
  return stated.length === 0 ? ALPN_FALLBACK[http.version] : stated
}

const CERTIFICATES = { 'istio-mutual': 'mesh', mutual: 'other', simple: 'none' } as const

function modeOf(socket: TransportSocket): keyof typeof CERTIFICATES {
  const { alpnProtocols = [], tlsCertificateSdsSecretConfigs = [] } = socket.typedConfig?.commonTlsContext ?? {}
  if (tlsCertificateSdsSecretConfigs.length === 0) return 'simple'
  return alpnProtocols.includes(MESH_PROTOCOL) ? 'istio-mutual' : 'mutual'
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

const httpOptionsOf = ({ typedExtensionProtocolOptions }: Cluster): HttpProtocolOptions =>
  typedExtensionProtocolOptions?.[HTTP_OPTIONS] ?? {}

/** The version in which a cluster gets a request, which may differ from that of the client. */
export function upstreamRequest(cluster: Cluster, request: HttpRequest): HttpRequest {
  const { explicitHttpConfig, useDownstreamProtocolConfig } = httpOptionsOf(cluster)
  if (useDownstreamProtocolConfig) return request
  return { ...request, version: explicitHttpConfig?.http2ProtocolOptions ? '2' : '1.1' }
}

/** With auto_sni, the host of the request as it goes on, unless that is an address (Envoy's router filter). */
function sniOf(cluster: Cluster, socket: TransportSocket, { http }: Connection): string {
  const stated = socket.typedConfig?.sni ?? ''
  const { autoSni } = httpOptionsOf(cluster).upstreamHttpProtocolOptions ?? {}
  if (!autoSni || !http) return stated
  const host = withoutPort(http.authority)
  return ipFamily(host.replace(/^\[|\]$/g, '')) === 0 ? host : stated
}

/**
 * How the connection to an endpoint is protected.
 * @param sent what goes on: with the client's own TLS, if the proxy has not ended it
 */
export function transportOf(cluster: Cluster, endpoint: LbEndpoint | undefined, sent: Connection): Transport {
  const outer = socketOf(cluster, endpoint)
  const socket = tlsSocketOf(outer)
  const proxyProtocol = outer?.typedConfig?.transportSocket !== undefined
  if (!socket) return { mode: sent.tls ? 'passthrough' : 'none', tls: sent.tls, proxyProtocol }
  const mode = modeOf(socket)
  const alpn = alpnOf(cluster, socket, sent)
  const tls = { sni: sniOf(cluster, socket, sent), alpn, certificate: CERTIFICATES[mode] }
  return { mode, tls, proxyProtocol }
}
