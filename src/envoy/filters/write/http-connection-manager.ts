/** HTTP connection managers (pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager). */
import { PRESERVE_CASE } from '../../clusters/write/http-options.ts'
import type { Extensions } from '../../extensions/plan/extensions.ts'
import { httpExtensions } from '../../extensions/write/extensions.ts'
import { compact, type EnvoyMessage, type Extension, type Filter } from '../../json.ts'
import { NO_SECURITY } from '../../security/write/security.ts'
import type { ClientAddress, Http1Plan } from '../plan/http-manager.ts'
import type { Traffic } from '../plan/traffic.ts'
import { cidrRange } from './cidr-range.ts'
import { connectionFields } from './connection-settings.ts'
import {
  DYNAMIC_FORWARD_PROXY,
  dnsCacheName,
  HTTP_FILTERS,
  NETWORK,
  RDS_SOURCE,
  WEBSOCKET_UPGRADES,
} from './constants.ts'
import type { HttpConnectionManager } from './http-connection-manager-message.ts'
import type { ProxyFilters } from './proxy-filters.ts'
import { proxyHeaderFields } from './proxy-headers.ts'

export interface HttpOptions {
  readonly traffic: Traffic
  readonly statPrefix: string
  /** The name of a route configuration, or routes inside the listener. */
  readonly routes: { readonly name: string } | { readonly inline: EnvoyMessage }
  /** Converts gRPC-Web to gRPC. */
  readonly grpcWeb?: boolean
  /** The port is declared as HTTP/2: its options are sent even if they are empty. */
  readonly http2?: boolean
  /** The wildcard host of a DYNAMIC_DNS service. */
  readonly dynamicHost?: string | undefined
  /** The extensions for this traffic and port; undefined for none. */
  readonly extensions: Extensions | undefined
  /** Fields in addition to those of the kind of traffic. */
  readonly extra?: Partial<Omit<HttpConnectionManager, '@type' | 'statPrefix' | 'httpFilters'>>
  /** Whether workload metadata is hidden from services outside the mesh; overrides the proxy's setting. */
  readonly hidesPeerMetadata?: boolean
}

const SERVER_NAME = 'istio-envoy'

/** The differences between the sides of the proxy. */
const BY_TRAFFIC: Readonly<Record<Traffic, Partial<HttpConnectionManager>>> = {
  outbound: {},
  inbound: {
    serverName: SERVER_NAME,
    forwardClientCertDetails: 'APPEND_FORWARD',
    setCurrentClientCertDetails: { subject: true, uri: true, dns: true },
  },
  gateway: {
    serverName: SERVER_NAME,
    forwardClientCertDetails: 'SANITIZE_SET',
    setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
    httpProtocolOptions: {},
  },
}

/** The mesh's path normalisation; other names mean DEFAULT. */
const NORMALIZATION: ReadonlyMap<string, Partial<HttpConnectionManager>> = new Map([
  ['NONE', { normalizePath: false }],
  ['MERGE_SLASHES', { mergeSlashes: true }],
  ['DECODE_AND_MERGE_SLASHES', { mergeSlashes: true, pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' }],
])

/** The options that decide a manager's HTTP filters. */
type FilterOptions = Pick<HttpOptions, 'traffic' | 'grpcWeb' | 'dynamicHost' | 'hidesPeerMetadata' | 'extensions'>

function forwardProxy(dnsCacheConfig: EnvoyMessage): Extension {
  return {
    name: DYNAMIC_FORWARD_PROXY.name,
    typedConfig: { '@type': DYNAMIC_FORWARD_PROXY.type, dnsCacheConfig },
  }
}

/** One for the service's wildcard host, one for unknown hosts: all routes have their catch-all. */
function forwardProxies(
  { settings, unknownHostsCache }: ProxyFilters,
  { traffic, dynamicHost }: FilterOptions,
): readonly Extension[] {
  const out: Extension[] = []
  if (dynamicHost !== undefined) {
    out.push(forwardProxy({ name: dnsCacheName(dynamicHost), dnsLookupFamily: settings.dnsLookupFamily }))
  }
  if (traffic === 'outbound' && unknownHostsCache) out.push(forwardProxy(unknownHostsCache))
  return out
}

function httpFilters(filters: ProxyFilters, options: FilterOptions): readonly Filter[] {
  const { settings, by } = filters
  const { traffic, extensions, hidesPeerMetadata = settings.hidesPeerMetadata } = options
  const inbound = traffic === 'inbound'
  const f = HTTP_FILTERS
  const security = traffic === 'outbound' ? NO_SECURITY : filters.security.http
  const outboundMetadata = hidesPeerMetadata ? f.peerMetadataInMesh : f.peerMetadataOutbound
  return [
    inbound ? f.peerMetadataInbound : outboundMetadata,
    ...security.custom,
    ...httpExtensions(extensions, 'authn'),
    ...security.tokens,
    ...httpExtensions(extensions, 'authz'),
    ...security.authorization,
    ...httpExtensions(extensions, 'stats', 'none'),
    ...(options.grpcWeb ? [f.grpcWeb] : []),
    f.grpcStats,
    ...(inbound ? [] : [f.alpn]),
    f.fault,
    f.cors,
    ...by[traffic].metrics,
    ...forwardProxies(filters, options),
    settings.hidesDebugHeaders ? f.quietRouter : f.router,
  ]
}

/** The part that all managers of one kind of traffic share, computed once because there may be very many. */
interface SharedFields {
  readonly fields: Omit<HttpConnectionManager, 'statPrefix' | 'httpFilters'>
  readonly httpFilters: readonly Filter[]
}

const shared = new WeakMap<ProxyFilters, Map<Traffic, SharedFields>>()

function sharedFields(filters: ProxyFilters, traffic: Traffic): SharedFields {
  let byTraffic = shared.get(filters)
  if (!byTraffic) {
    byTraffic = new Map()
    shared.set(filters, byTraffic)
  }
  let known = byTraffic.get(traffic)
  if (!known) {
    known = {
      fields: commonFields(filters, traffic),
      httpFilters: httpFilters(filters, { traffic, extensions: undefined }),
    }
    byTraffic.set(traffic, known)
  }
  return known
}

export const addressFields = ({ usesRemote, internal }: ClientAddress) => ({
  useRemoteAddress: usesRemote,
  internalAddressConfig: internal.length > 0 ? { cidrRanges: internal.map(cidrRange) } : undefined,
})

export const http1Options = ({ acceptHttp10, preservesCase, allowsAbsoluteUrl }: Http1Plan): EnvoyMessage => ({
  ...(acceptHttp10 && { acceptHttp10: true }),
  ...(preservesCase && PRESERVE_CASE),
  ...(allowsAbsoluteUrl && { allowAbsoluteUrl: true }),
})

function commonFields(filters: ProxyFilters, traffic: Traffic): SharedFields['fields'] {
  const { settings, idleTimeout } = filters
  const { tracing, httpLog, requestId } = filters.by[traffic]
  const { http1, connections } = settings
  const fields: Partial<HttpConnectionManager> = compact({
    '@type': NETWORK.httpConnectionManager.type,
    normalizePath: true,
    pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
    proxy100Continue: settings.proxy100Continue || undefined,
    requestIdExtension: requestId,
    streamIdleTimeout: '0s',
    upgradeConfigs: WEBSOCKET_UPGRADES,
    tracing,
    accessLog: httpLog,
    commonHttpProtocolOptions: idleTimeout === undefined ? undefined : { idleTimeout },
    ...addressFields(settings.clientAddress[traffic]),
    ...BY_TRAFFIC[traffic],
    ...NORMALIZATION.get(settings.pathNormalization),
    ...(http1 && { httpProtocolOptions: http1Options(http1) }),
    ...(connections && connectionFields(connections)),
    ...proxyHeaderFields(settings.proxyHeaders, traffic),
  })
  return fields as SharedFields['fields']
}

const needsOwnFilters = ({ grpcWeb, dynamicHost, hidesPeerMetadata, extensions }: FilterOptions): boolean =>
  grpcWeb === true || dynamicHost !== undefined || hidesPeerMetadata !== undefined || extensions !== undefined

/** The HTTP connection manager filter. */
export function httpConnectionManager(filters: ProxyFilters, options: HttpOptions): Extension {
  const common = sharedFields(filters, options.traffic)
  const { routes } = options
  const typedConfig: HttpConnectionManager = {
    ...common.fields,
    statPrefix: options.statPrefix,
    httpFilters: needsOwnFilters(options) ? httpFilters(filters, options) : common.httpFilters,
    ...('name' in routes
      ? { rds: { configSource: RDS_SOURCE, routeConfigName: routes.name } }
      : { routeConfig: routes.inline }),
    ...(options.http2 && { http2ProtocolOptions: common.fields.http2ProtocolOptions ?? {} }),
    ...options.extra,
  }
  return { name: NETWORK.httpConnectionManager.name, typedConfig }
}
