/** What the mesh, istiod's environment and the proxy say about filters; read once for a proxy. */
import { type Duration, parseDuration } from '../../../kinds/schema/duration.ts'
import { type Features, flag } from '../../../resources/mesh/features.ts'
import type {
  MeshConfig,
  ProxyConfigConnectionSettings,
  ProxyConfigProxyHeaders,
} from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { durationText, type EnvoyMessage, type Extension } from '../../json.ts'
import { type DnsLookupFamily, dnsCacheConfig, dnsLookupFamily, unknownHostsCache } from '../../policy/dns.ts'
import { type AccessLog, accessLogs, withoutRoute } from './access-log.ts'
import { connectionSettings } from './connection-settings.ts'
import { internalAddresses } from './internal-addresses.ts'
import { metricsFilters } from './metrics.ts'
import { type Tracing, tracingOf } from './tracing.ts'
import type { Traffic } from './traffic.ts'

export interface FilterSettings {
  readonly mesh: MeshConfig
  /** Of connection managers and TCP proxies. */
  readonly accessLog: readonly AccessLog[] | undefined
  /** Of listeners: connections for which no filter chain was found. */
  readonly listenerAccessLog: readonly AccessLog[] | undefined
  readonly metrics: Readonly<Record<Traffic, readonly Extension[]>>
  readonly tracing: Tracing | undefined
  /** Node metadata IDLE_TIMEOUT, as protobuf writes it. */
  readonly idleTimeout: string | undefined
  readonly acceptHttp10: boolean
  readonly proxy100Continue: boolean
  /** What the HTTP inspector calls plain HTTP. */
  readonly plaintextAlpn: readonly string[]
  readonly dnsLookupFamily: DnsLookupFamily
  /** Where hosts that nobody knows are resolved; undefined unless the outbound traffic policy wants that. */
  readonly unknownHostsCache: EnvoyMessage | undefined
  /** Networks of the mesh, whose clients may count as internal; undefined when none has an address range. */
  readonly internalAddresses: EnvoyMessage | undefined
  /** They count in every connection manager, not only where the client's address is looked at. */
  readonly alwaysTrustsInternal: boolean
  /** A sidecar's outbound connection managers look at the client's address. */
  readonly outboundRemoteAddress: boolean
  /** Of the proxy's own configuration. */
  readonly proxyHeaders: ProxyConfigProxyHeaders | undefined
  /** Those in force; undefined when there are none. */
  readonly connections: Partial<ProxyConfigConnectionSettings> | undefined
  /** Of listeners that all of a proxy's traffic reaches; undefined: no limit is sent. */
  readonly maxConnectionsPerSocketEvent: number | undefined
  /** The same for outbound listeners that bind their port themselves. */
  readonly maxConnectionsOfBoundPorts: number | undefined
  /** Outbound listeners look for TLS wherever they look for HTTP. */
  readonly inspectsTlsBesideHttp: boolean
  /** undefined: none is sent. */
  readonly transportSocketConnectTimeout: string | undefined
}

type Env = ReadonlyMap<string, string>

function envInteger(env: Env, name: string, fallback: number): number {
  const text = env.get(name) ?? ''
  return /^[-+]?[0-9]{1,15}$/.test(text) ? Number(text) : fallback
}

function envDuration(env: Env, name: string, fallback: Duration): Duration {
  return parseDuration(env.get(name) ?? '') ?? fallback
}

const isZero = (duration: Duration): boolean => duration.seconds === 0 && duration.nanos === 0

const acceptsHttp10 = (env: Env): boolean => flag(env, 'PILOT_HTTP10', false)

/** What the HTTP inspector calls plain HTTP. @param env istiod's */
export function plaintextAlpnOf(env: ReadonlyMap<string, string>): readonly string[] {
  return acceptsHttp10(env) ? ['http/1.0', 'http/1.1', 'h2c'] : ['http/1.1', 'h2c']
}

function cacheOfUnknownHosts({ outboundPolicy, proxy, registry }: ProxyView): EnvoyMessage | undefined {
  if (proxy.type !== 'sidecar' || outboundPolicy.mode !== 'ALLOW_ANY_DYNAMIC_DNS') return undefined
  return dnsCacheConfig(unknownHostsCache(proxy, registry.snapshot.features))
}

function connectionLimit(features: Features): number | undefined {
  if (!features.has('connection-limit')) return undefined
  const limit = envInteger(features.env, 'MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP', 1)
  return limit > 0 ? limit : undefined
}

/** Reads the settings of one proxy. */
export function filterSettings(view: ProxyView): FilterSettings {
  const { mesh, meshNetworks, features } = view.registry.snapshot
  const { env } = features
  const { metadata } = view.proxy
  const http10 = acceptsHttp10(env)
  const logs = accessLogs(mesh)
  const maxConnections = connectionLimit(features)
  const connectTimeout = envDuration(env, 'PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT', { seconds: 15, nanos: 0 })
  return {
    mesh,
    accessLog: logs,
    listenerAccessLog: mesh.disableEnvoyListenerLog ? undefined : logs?.map(withoutRoute),
    metrics: {
      outbound: metricsFilters(mesh, 'outbound'),
      inbound: metricsFilters(mesh, 'inbound'),
      gateway: metricsFilters(mesh, 'gateway'),
    },
    tracing: tracingOf(view),
    idleTimeout: durationText(parseDuration(metadata.get('IDLE_TIMEOUT') ?? '')),
    acceptHttp10: http10 || metadata.get('HTTP10') === '1',
    proxy100Continue: flag(env, 'ENABLE_100_CONTINUE_HEADERS', true),
    plaintextAlpn: plaintextAlpnOf(env),
    dnsLookupFamily: dnsLookupFamily(view.proxy, features),
    unknownHostsCache: cacheOfUnknownHosts(view),
    internalAddresses: internalAddresses(meshNetworks),
    alwaysTrustsInternal: flag(env, 'ENABLE_HCM_INTERNAL_NETWORKS', false),
    outboundRemoteAddress: flag(env, 'PILOT_SIDECAR_USE_REMOTE_ADDRESS', false),
    proxyHeaders: view.proxy.config.proxyHeaders,
    connections: connectionSettings(view),
    maxConnectionsPerSocketEvent: maxConnections,
    maxConnectionsOfBoundPorts: features.has('connection-limit-of-bound-ports') ? maxConnections : undefined,
    inspectsTlsBesideHttp: features.has('tls-inspector-for-http'),
    transportSocketConnectTimeout: isZero(connectTimeout) ? undefined : durationText(connectTimeout),
  }
}
