/** HTTP connection managers (pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager). */
import { isHttp2, type Protocol } from '../../registry/protocol.ts'
import { compact, type EnvoyMessage, type Extension } from '../json.ts'
import type { AccessLog } from './access-log.ts'
import {
  DYNAMIC_FORWARD_PROXY,
  dnsCacheName,
  HTTP_FILTERS,
  NETWORK,
  RDS_SOURCE,
  REQUEST_ID,
  WEBSOCKET_UPGRADES,
} from './constants.ts'
import type { FilterSettings } from './settings.ts'
import type { Tracing } from './tracing.ts'
import type { Traffic } from './traffic.ts'

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

/** What the filters keep to themselves. */
export interface Discretion {
  readonly debugHeaders: boolean
  readonly metadataOutsideMesh: boolean
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
  /** What a router sets beyond the fields of its kind of traffic. */
  readonly extra?: Partial<Omit<HttpConnectionManager, '@type' | 'statPrefix' | 'httpFilters'>>
  readonly discretion?: Discretion | undefined
}

const SERVER_NAME = 'istio-envoy'

/** What differs by the side of the proxy. */
const BY_TRAFFIC: Readonly<Record<Traffic, Partial<HttpConnectionManager> & { readonly useRemoteAddress: boolean }>> = {
  outbound: { useRemoteAddress: false },
  inbound: {
    useRemoteAddress: false,
    serverName: SERVER_NAME,
    forwardClientCertDetails: 'APPEND_FORWARD',
    setCurrentClientCertDetails: { subject: true, uri: true, dns: true },
  },
  gateway: {
    useRemoteAddress: true,
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

function forwardProxy(host: string, settings: FilterSettings): Extension {
  return {
    name: DYNAMIC_FORWARD_PROXY.name,
    typedConfig: {
      '@type': DYNAMIC_FORWARD_PROXY.type,
      dnsCacheConfig: { name: dnsCacheName(host), dnsLookupFamily: settings.dnsLookupFamily },
    },
  }
}

function httpFilters(settings: FilterSettings, options: HttpOptions): readonly Extension[] {
  const { traffic, dynamicHost, discretion } = options
  const inbound = traffic === 'inbound'
  const f = HTTP_FILTERS
  const outboundMetadata = discretion?.metadataOutsideMesh ? f.peerMetadataInMesh : f.peerMetadataOutbound
  return [
    inbound ? f.peerMetadataInbound : outboundMetadata,
    ...(options.protocol === 'GRPC-Web' ? [f.grpcWeb] : []),
    f.grpcStats,
    ...(inbound ? [] : [f.alpn]),
    f.fault,
    f.cors,
    ...settings.metrics[traffic],
    ...(dynamicHost === undefined ? [] : [forwardProxy(dynamicHost, settings)]),
    discretion?.debugHeaders ? f.quietRouter : f.router,
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
        discretion: undefined,
      }),
    }
    byTraffic.set(options.traffic, known)
  }
  return known
}

function commonFields(settings: FilterSettings, traffic: Traffic): SharedFields['fields'] {
  return compact({
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
    ...BY_TRAFFIC[traffic],
    ...NORMALIZATION.get(settings.mesh.pathNormalization?.normalization ?? ''),
    ...(settings.acceptHttp10 && { httpProtocolOptions: { acceptHttp10: true } }),
  })
}

const needsOwnFilters = (options: HttpOptions): boolean =>
  options.protocol === 'GRPC-Web' || options.dynamicHost !== undefined || options.discretion !== undefined

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
    ...(options.traffic === 'inbound' && isHttp2(options.protocol) && { http2ProtocolOptions: {} }),
    ...options.extra,
  }
  return { name: NETWORK.httpConnectionManager.name, typedConfig }
}
