/** HTTP connection managers (pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager). */
import { PRESERVE_CASE } from '../../clusters/write/http-options.ts'
import { compact, type EnvoyMessage, type Extension } from '../../json.ts'
import type { Traffic } from '../plan/traffic.ts'
import { connectionFields } from './connection-settings.ts'
import {
  DYNAMIC_FORWARD_PROXY,
  dnsCacheName,
  HTTP_FILTERS,
  NETWORK,
  RDS_SOURCE,
  REQUEST_ID,
  WEBSOCKET_UPGRADES,
} from './constants.ts'
import type { HttpConnectionManager } from './http-connection-manager-message.ts'
import type { ProxyFilters } from './proxy-filters.ts'
import { proxyHeaderFields } from './proxy-headers.ts'

export interface HttpOptions {
  readonly traffic: Traffic
  readonly statPrefix: string
  /** Routes by name from the route stage, or written into the listener. */
  readonly routes: { readonly name: string } | { readonly inline: EnvoyMessage }
  /** gRPC-Web becomes gRPC. */
  readonly grpcWeb?: boolean
  /** The port is declared as HTTP/2: options for it are sent, if only empty ones. */
  readonly http2?: boolean
  /** The wildcard host of a DYNAMIC_DNS service. */
  readonly dynamicHost?: string | undefined
  /** What is set beyond the fields of the kind of traffic. */
  readonly extra?: Partial<Omit<HttpConnectionManager, '@type' | 'statPrefix' | 'httpFilters'>>
  /** Whether services outside the mesh do not learn which workload asks, where this is not up to the proxy. */
  readonly hidesPeerMetadata?: boolean
}

const SERVER_NAME = 'istio-envoy'

/** What differs by the side of the proxy. */
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

/** Path normalisation of the mesh; a name that is not here counts as DEFAULT. */
const NORMALIZATION: ReadonlyMap<string, Partial<HttpConnectionManager>> = new Map([
  ['NONE', { normalizePath: false }],
  ['MERGE_SLASHES', { mergeSlashes: true }],
  ['DECODE_AND_MERGE_SLASHES', { mergeSlashes: true, pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' }],
])

/** What decides about the HTTP filters of one manager. */
type FilterOptions = Pick<HttpOptions, 'traffic' | 'grpcWeb' | 'dynamicHost' | 'hidesPeerMetadata'>

function forwardProxy(dnsCacheConfig: EnvoyMessage): Extension {
  return {
    name: DYNAMIC_FORWARD_PROXY.name,
    typedConfig: { '@type': DYNAMIC_FORWARD_PROXY.type, dnsCacheConfig },
  }
}

/** One for the wildcard host of the service, one for hosts that nobody knows: their catch-all route is in all routes. */
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

function httpFilters(filters: ProxyFilters, options: FilterOptions): readonly Extension[] {
  const { settings, metrics } = filters
  const { traffic, hidesPeerMetadata = settings.hidesPeerMetadata } = options
  const inbound = traffic === 'inbound'
  const f = HTTP_FILTERS
  const outboundMetadata = hidesPeerMetadata ? f.peerMetadataInMesh : f.peerMetadataOutbound
  return [
    inbound ? f.peerMetadataInbound : outboundMetadata,
    ...(options.grpcWeb ? [f.grpcWeb] : []),
    f.grpcStats,
    ...(inbound ? [] : [f.alpn]),
    f.fault,
    f.cors,
    ...metrics[traffic],
    ...forwardProxies(filters, options),
    settings.hidesDebugHeaders ? f.quietRouter : f.router,
  ]
}

/** What all managers of one kind of traffic share: computed once, as there may be very many of them. */
interface SharedFields {
  readonly fields: Omit<HttpConnectionManager, 'statPrefix' | 'httpFilters'>
  readonly httpFilters: readonly Extension[]
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
    known = { fields: commonFields(filters, traffic), httpFilters: httpFilters(filters, { traffic }) }
    byTraffic.set(traffic, known)
  }
  return known
}

/** @param usesRemote what the client is depends on the address that it comes from */
export function addressFields({ internalAddresses, settings }: ProxyFilters, usesRemote: boolean) {
  return {
    useRemoteAddress: usesRemote,
    internalAddressConfig: usesRemote || settings.alwaysTrustsInternal ? internalAddresses : undefined,
  }
}

/**
 * HTTP/1 of the connection managers of a proxy; undefined when nothing is to be said.
 * @param own options of one connection manager
 */
export function http1Options({ settings }: ProxyFilters, own?: EnvoyMessage): EnvoyMessage | undefined {
  const { acceptHttp10, preservesCase, onlyPreservesCase } = settings
  if (preservesCase && onlyPreservesCase) return PRESERVE_CASE
  if (!acceptHttp10 && !preservesCase) return own
  return { ...(acceptHttp10 && { acceptHttp10: true }), ...(preservesCase && PRESERVE_CASE), ...own }
}

function commonFields(filters: ProxyFilters, traffic: Traffic): SharedFields['fields'] {
  const { settings, tracing, accessLog, idleTimeout } = filters
  const http1 = http1Options(filters)
  const fields: Partial<HttpConnectionManager> = compact({
    '@type': NETWORK.httpConnectionManager.type,
    normalizePath: true,
    pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
    proxy100Continue: settings.proxy100Continue || undefined,
    requestIdExtension: REQUEST_ID,
    streamIdleTimeout: '0s',
    upgradeConfigs: WEBSOCKET_UPGRADES,
    tracing,
    accessLog,
    commonHttpProtocolOptions: idleTimeout === undefined ? undefined : { idleTimeout },
    ...addressFields(filters, settings.usesRemoteAddress[traffic]),
    ...BY_TRAFFIC[traffic],
    ...NORMALIZATION.get(settings.pathNormalization),
    ...(http1 && { httpProtocolOptions: http1 }),
    ...(settings.connections && connectionFields(settings.connections, idleTimeout)),
    ...proxyHeaderFields(settings.proxyHeaders, traffic),
  })
  return fields as SharedFields['fields']
}

const needsOwnFilters = ({ grpcWeb, dynamicHost, hidesPeerMetadata }: FilterOptions): boolean =>
  grpcWeb === true || dynamicHost !== undefined || hidesPeerMetadata !== undefined

/** The filter that speaks HTTP. */
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
