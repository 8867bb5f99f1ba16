/** HTTP connection managers (pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager). */
import { isHttp2, type Protocol } from '../../../registry/protocol.ts'
import { PRESERVE_CASE } from '../../clusters/write/http-options.ts'
import { compact, type EnvoyMessage, type Extension } from '../../json.ts'
import type { AccessLog } from '../plan/access-log.ts'
import { connectionFields } from '../plan/connection-settings.ts'
import type { FilterSettings } from '../plan/settings.ts'
import type { Tracing } from '../plan/tracing.ts'
import type { Traffic } from '../plan/traffic.ts'
import {
  DYNAMIC_FORWARD_PROXY,
  dnsCacheName,
  HTTP_FILTERS,
  NETWORK,
  RDS_SOURCE,
  REQUEST_ID,
  WEBSOCKET_UPGRADES,
} from './constants.ts'
import { hidesDebugHeaders, hidesPeerMetadata, proxyHeaderFields } from './proxy-headers.ts'

/** The fields that are ever sent. */
export type HttpConnectionManager = {
  readonly '@type': string
  readonly statPrefix: string
  readonly rds?: { readonly configSource: EnvoyMessage; readonly routeConfigName: string }
  readonly routeConfig?: EnvoyMessage
  readonly httpFilters: readonly Extension[]
  readonly normalizePath: boolean
  readonly mergeSlashes?: boolean
  readonly pathWithEscapedSlashesAction: string
  readonly proxy100Continue?: boolean
  readonly requestIdExtension: EnvoyMessage
  readonly streamIdleTimeout: string
  readonly upgradeConfigs: readonly EnvoyMessage[]
  readonly useRemoteAddress: boolean
  readonly tracing?: Tracing
  readonly accessLog?: readonly AccessLog[]
  readonly httpProtocolOptions?: EnvoyMessage
  readonly http2ProtocolOptions?: EnvoyMessage
  readonly commonHttpProtocolOptions?: EnvoyMessage
  readonly serverName?: string
  readonly forwardClientCertDetails?: string
  readonly setCurrentClientCertDetails?: EnvoyMessage
  readonly xffNumTrustedHops?: number
  readonly internalAddressConfig?: EnvoyMessage
  readonly serverHeaderTransformation?: string
  readonly generateRequestId?: boolean
  readonly appendXForwardedPort?: boolean
  readonly requestTimeout?: string
  readonly requestHeadersTimeout?: string
  readonly drainTimeout?: string
}

export interface HttpOptions {
  readonly traffic: Traffic
  readonly statPrefix: string
  /** Routes by name from the route stage, or written into the listener. */
  readonly routes: { readonly name: string } | { readonly inline: EnvoyMessage }
  /** Of the port that the manager was made for. */
  readonly protocol: Protocol
  /** The wildcard host of a DYNAMIC_DNS service. */
  readonly dynamicHost?: string | undefined
  /** What is set beyond the fields of the kind of traffic. */
  readonly extra?: Partial<Omit<HttpConnectionManager, '@type' | 'statPrefix' | 'httpFilters'>>
  /** Peer metadata goes to services outside the mesh too, whatever the proxy's configuration says. */
  readonly exchangesWithAll?: boolean
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

function forwardProxy(dnsCacheConfig: EnvoyMessage): Extension {
  return {
    name: DYNAMIC_FORWARD_PROXY.name,
    typedConfig: { '@type': DYNAMIC_FORWARD_PROXY.type, dnsCacheConfig },
  }
}

/** One for the wildcard host of the service, one for hosts that nobody knows: their catch-all route is in all routes. */
function forwardProxies(settings: FilterSettings, { traffic, dynamicHost }: HttpOptions): readonly Extension[] {
  const filters: Extension[] = []
  if (dynamicHost !== undefined) {
    filters.push(forwardProxy({ name: dnsCacheName(dynamicHost), dnsLookupFamily: settings.dnsLookupFamily }))
  }
  if (traffic === 'outbound' && settings.unknownHostsCache) filters.push(forwardProxy(settings.unknownHostsCache))
  return filters
}

function httpFilters(settings: FilterSettings, options: HttpOptions): readonly Extension[] {
  const { traffic } = options
  const inbound = traffic === 'inbound'
  const f = HTTP_FILTERS
  const inMesh = hidesPeerMetadata(settings.proxyHeaders) && !options.exchangesWithAll
  const outboundMetadata = inMesh ? f.peerMetadataInMesh : f.peerMetadataOutbound
  return [
    inbound ? f.peerMetadataInbound : outboundMetadata,
    ...(options.protocol === 'GRPC-Web' ? [f.grpcWeb] : []),
    f.grpcStats,
    ...(inbound ? [] : [f.alpn]),
    f.fault,
    f.cors,
    ...settings.metrics[traffic],
    ...forwardProxies(settings, options),
    hidesDebugHeaders(settings.proxyHeaders) ? f.quietRouter : f.router,
  ]
}

/** What all managers of one kind of traffic share: computed once, as there may be very many of them. */
interface SharedFields {
  readonly fields: Omit<HttpConnectionManager, 'statPrefix' | 'httpFilters'>
  readonly httpFilters: readonly Extension[]
}

const shared = new WeakMap<FilterSettings, Map<Traffic, SharedFields>>()

function sharedFields(settings: FilterSettings, options: HttpOptions): SharedFields {
  let byTraffic = shared.get(settings)
  if (!byTraffic) {
    byTraffic = new Map()
    shared.set(settings, byTraffic)
  }
  let known = byTraffic.get(options.traffic)
  if (!known) {
    known = {
      fields: commonFields(settings, options.traffic),
      httpFilters: httpFilters(settings, {
        ...options,
        protocol: 'HTTP',
        dynamicHost: undefined,
        exchangesWithAll: false,
      }),
    }
    byTraffic.set(options.traffic, known)
  }
  return known
}

/** @param usesRemote what the client is depends on the address that it comes from */
export function addressFields({ internalAddresses, alwaysTrustsInternal }: FilterSettings, usesRemote: boolean) {
  return {
    useRemoteAddress: usesRemote,
    internalAddressConfig: usesRemote || alwaysTrustsInternal ? internalAddresses : undefined,
  }
}

/** HTTP/1 of all connection managers of a proxy; undefined when nothing is to be said. */
export function http1Options({ acceptHttp10, proxyHeaders }: FilterSettings): EnvoyMessage | undefined {
  const preservesCase = proxyHeaders?.preserveHttp1HeaderCase === true
  if (!acceptHttp10 && !preservesCase) return undefined
  return { ...(acceptHttp10 && { acceptHttp10: true }), ...(preservesCase && PRESERVE_CASE) }
}

function commonFields(settings: FilterSettings, traffic: Traffic): SharedFields['fields'] {
  const http1 = http1Options(settings)
  const fields: Partial<HttpConnectionManager> = compact({
    '@type': NETWORK.httpConnectionManager.type,
    normalizePath: true,
    pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
    proxy100Continue: settings.proxy100Continue || undefined,
    requestIdExtension: REQUEST_ID,
    streamIdleTimeout: '0s',
    upgradeConfigs: WEBSOCKET_UPGRADES,
    tracing: settings.tracing,
    accessLog: settings.accessLog,
    commonHttpProtocolOptions: settings.idleTimeout === undefined ? undefined : { idleTimeout: settings.idleTimeout },
    ...addressFields(settings, traffic === 'gateway' || (traffic === 'outbound' && settings.outboundRemoteAddress)),
    ...BY_TRAFFIC[traffic],
    ...NORMALIZATION.get(settings.mesh.pathNormalization?.normalization ?? ''),
    ...(http1 && { httpProtocolOptions: http1 }),
    ...(settings.connections && connectionFields(settings.connections, settings.idleTimeout)),
    ...proxyHeaderFields(settings.proxyHeaders, traffic),
  })
  return fields as SharedFields['fields']
}

const needsOwnFilters = (options: HttpOptions): boolean =>
  options.protocol === 'GRPC-Web' || options.dynamicHost !== undefined || options.exchangesWithAll === true

/** The filter that speaks HTTP. */
export function httpConnectionManager(settings: FilterSettings, options: HttpOptions): Extension {
  const common = sharedFields(settings, options)
  const { routes } = options
  const typedConfig: HttpConnectionManager = {
    ...common.fields,
    statPrefix: options.statPrefix,
    httpFilters: needsOwnFilters(options) ? httpFilters(settings, options) : common.httpFilters,
    ...('name' in routes
      ? { rds: { configSource: RDS_SOURCE, routeConfigName: routes.name } }
      : { routeConfig: routes.inline }),
    ...(options.traffic === 'inbound' &&
      isHttp2(options.protocol) && {
        http2ProtocolOptions: common.fields.http2ProtocolOptions ?? {},
      }),
    ...options.extra,
  }
  return { name: NETWORK.httpConnectionManager.name, typedConfig }
}
