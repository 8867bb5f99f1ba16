/** Filters that never vary, and the names and types of those that do (pilot/pkg/xds/filters/filters.go). */
import { type EnvoyMessage, type Extension, envoyType } from '../../json.ts'

const TYPED_STRUCT = 'type.googleapis.com/udpa.type.v1.TypedStruct'
const PEER_METADATA = 'type.googleapis.com/io.istio.http.peer_metadata.Config'
const METADATA_EXCHANGE = 'istio.metadata_exchange'

const httpType = (name: string): string => envoyType(`extensions.filters.http.${name}`)
const networkType = (name: string): string => envoyType(`extensions.filters.network.${name}`)

function plain(name: string, type: string): Extension {
  return { name, typedConfig: { '@type': type } }
}

function peerMetadata(value: object): Extension {
  return {
    name: METADATA_EXCHANGE,
    typedConfig: { '@type': TYPED_STRUCT, typeUrl: PEER_METADATA, value },
  }
}

const DISCOVERY = [{ istio_headers: {} }, { workload_discovery: {} }]
const PROPAGATION = [{ istio_headers: {} }]
const PROPAGATION_IN_MESH = [{ istio_headers: { skip_external_clusters: true } }]

export const HTTP_FILTERS = {
  peerMetadataOutbound: peerMetadata({ upstream_discovery: DISCOVERY, upstream_propagation: PROPAGATION }),
  /** Sends no metadata to services outside the mesh. */
  peerMetadataInMesh: peerMetadata({ upstream_discovery: DISCOVERY, upstream_propagation: PROPAGATION_IN_MESH }),
  peerMetadataInbound: peerMetadata({ downstream_discovery: DISCOVERY, downstream_propagation: PROPAGATION }),
  grpcWeb: plain('envoy.filters.http.grpc_web', httpType('grpc_web.v3.GrpcWeb')),
  grpcStats: {
    name: 'envoy.filters.http.grpc_stats',
    typedConfig: {
      '@type': httpType('grpc_stats.v3.FilterConfig'),
      emitFilterState: true,
      statsForAllMethods: false,
    },
  },
  alpn: {
    name: 'istio.alpn',
    typedConfig: {
      '@type': 'type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
      alpnOverride: [
        { alpnOverride: ['istio-http/1.0', 'istio', 'http/1.0'] },
        { upstreamProtocol: 'HTTP11', alpnOverride: ['istio-http/1.1', 'istio', 'http/1.1'] },
        { upstreamProtocol: 'HTTP2', alpnOverride: ['istio-h2', 'istio', 'h2'] },
      ],
    },
  },
  fault: plain('envoy.filters.http.fault', httpType('fault.v3.HTTPFault')),
  cors: plain('envoy.filters.http.cors', httpType('cors.v3.Cors')),
  router: plain('envoy.filters.http.router', httpType('router.v3.Router')),
  /** Sends no x-envoy- headers for debugging. */
  quietRouter: {
    name: 'envoy.filters.http.router',
    typedConfig: { '@type': httpType('router.v3.Router'), suppressEnvoyHeaders: true },
  },
} satisfies Record<string, Extension>

export const DYNAMIC_FORWARD_PROXY = {
  name: 'envoy.filters.http.dynamic_forward_proxy',
  type: httpType('dynamic_forward_proxy.v3.FilterConfig'),
} as const

export const NETWORK = {
  tcpProxy: { name: 'envoy.filters.network.tcp_proxy', type: networkType('tcp_proxy.v3.TcpProxy') },
  mongoProxy: { name: 'envoy.filters.network.mongo_proxy', type: networkType('mongo_proxy.v3.MongoProxy') },
  sniDynamicForwardProxy: {
    name: 'envoy.extensions.filters.network.sni_dynamic_forward_proxy',
    type: networkType('sni_dynamic_forward_proxy.v3.FilterConfig'),
  },
  httpConnectionManager: {
    name: 'envoy.filters.network.http_connection_manager',
    type: networkType('http_connection_manager.v3.HttpConnectionManager'),
  },
} as const

/** Exchanges peer metadata over TCP; inbound only. */
export const TCP_METADATA_EXCHANGE: Extension = {
  name: METADATA_EXCHANGE,
  typedConfig: {
    '@type': TYPED_STRUCT,
    typeUrl: 'type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange',
    value: { enable_discovery: true, protocol: 'istio-peer-exchange' },
  },
}

/** Lua code in a connection manager. */
export const LUA = httpType('lua.v3.Lua')

/** The types that a filter with Wasm code may turn out to be. */
export const WASM = {
  http: [httpType('wasm.v3.Wasm'), httpType('rbac.v3.RBAC')],
  network: [networkType('wasm.v3.Wasm'), networkType('rbac.v3.RBAC')],
} as const

export const STATS = { name: 'istio.stats', type: 'type.googleapis.com/stats.PluginConfig' } as const

/** How request IDs are made, and whether they store the decision whether a request is traced. */
export const requestId = (useRequestIdForTraceSampling: boolean): EnvoyMessage => ({
  typedConfig: {
    '@type': envoyType('extensions.request_id.uuid.v3.UuidRequestIdConfig'),
    useRequestIdForTraceSampling,
  },
})

/** Routes, and code of extensions, come over the same stream as listeners. */
export const RDS_SOURCE = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' } as const

export const WEBSOCKET_UPGRADES = [{ upgradeType: 'websocket' }] as const

const listenerType = (name: string): string => envoyType(`extensions.filters.listener.${name}`)

/** Listener filters, which inspect a connection before a filter chain is chosen. */
export const LISTENER_FILTERS = {
  tlsInspector: {
    name: 'envoy.filters.listener.tls_inspector',
    typedConfig: { '@type': listenerType('tls_inspector.v3.TlsInspector'), initialReadBufferSize: 512 },
  },
  httpInspector: plain('envoy.filters.listener.http_inspector', listenerType('http_inspector.v3.HttpInspector')),
  originalDst: plain('envoy.filters.listener.original_dst', listenerType('original_dst.v3.OriginalDst')),
  originalSrc: {
    name: 'envoy.filters.listener.original_src',
    typedConfig: { '@type': listenerType('original_src.v3.OriginalSrc'), mark: 1337 },
  },
  proxyProtocol: plain('envoy.filters.listener.proxy_protocol', listenerType('proxy_protocol.v3.ProxyProtocol')),
} satisfies Record<string, Extension>

/** The name of the DNS cache of a wildcard host with DYNAMIC_DNS, shared by filters and cluster. */
export const dnsCacheName = (host: string): string => `${host}_dfp_dns_cache`
