/** Settings for filters from the mesh, istiod's environment and the proxy; read once per proxy. */
import type { Prefix } from '../../../common/addresses.ts'
import { type Duration, parseDuration } from '../../../kinds/schema/duration.ts'
import { type Features, flag } from '../../../resources/mesh/features.ts'
import type { ProxyConfigConnectionSettings, ProxyConfigProxyHeaders } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type DnsCache, type DnsLookupFamily, dnsLookupFamily, unknownHostsCache } from '../../policy/dns.ts'
import { accessLogs, type FileLog } from './access-log.ts'
import { connectionSettings } from './connection-settings.ts'
import { internalAddresses } from './internal-addresses.ts'
import { metricsFilterCount } from './metrics.ts'
import { planTracing, type TracingPlan } from './tracing.ts'
import type { Traffic } from './traffic.ts'

export interface FilterSettings {
  /** Logs of connection managers and TCP proxies. */
  readonly accessLogs: readonly FileLog[]
  /** Listeners log connections that match no filter chain. */
  readonly logsUnmatched: boolean
  /** The number of metrics filters per chain. */
  readonly metricsFilters: number
  readonly tracing: TracingPlan | undefined
  /** Node metadata IDLE_TIMEOUT. */
  readonly idleTimeout: Duration | undefined
  readonly acceptHttp10: boolean
  /** HTTP/1 headers keep their case. */
  readonly preservesCase: boolean
  /** Keeping the case of headers replaces all other HTTP/1 options. */
  readonly onlyPreservesCase: boolean
  readonly proxy100Continue: boolean
  /** The names that the HTTP inspector gives to plain HTTP. */
  readonly plaintextAlpn: readonly string[]
  /** How long listeners wait for protocol detection; undefined for Envoy's default. */
  readonly protocolDetectionTimeout: Duration | undefined
  /** The mesh's pathNormalization. */
  readonly pathNormalization: string
  readonly dnsLookupFamily: DnsLookupFamily
  /** How unknown hosts are resolved; undefined unless the outbound traffic policy requires it. */
  readonly unknownHostsCache: DnsCache | undefined
  /** Networks of the mesh, whose clients may be treated as internal. */
  readonly internalAddresses: readonly Prefix[]
  /** They apply to every connection manager, not only where the client's address is used. */
  readonly alwaysTrustsInternal: boolean
  /** Whether the client is identified by its remote address. */
  readonly usesRemoteAddress: Readonly<Record<Traffic, boolean>>
  /** Workload metadata is hidden from services outside the mesh. */
  readonly hidesPeerMetadata: boolean
  /** Envoy's own `x-envoy-` headers are hidden from the workload and from clients. */
  readonly hidesDebugHeaders: boolean
  /** From the proxy's own configuration. */
  readonly proxyHeaders: ProxyConfigProxyHeaders | undefined
  /** The effective settings; undefined when there are none. */
  readonly connections: Partial<ProxyConfigConnectionSettings> | undefined
  /** For the listeners that receive all of a proxy's traffic; undefined to send no limit. */
  readonly maxConnectionsPerSocketEvent: number | undefined
  /** The same for outbound listeners that bind their port. */
  readonly maxConnectionsOfBoundPorts: number | undefined
  /** Outbound listeners inspect TLS wherever they inspect HTTP. */
  readonly inspectsTlsBesideHttp: boolean
  /** undefined to send none. */
  readonly transportSocketConnectTimeout: Duration | undefined
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

/** The names that the HTTP inspector gives to plain HTTP. @param env istiod's */
export function plaintextAlpnOf(env: ReadonlyMap<string, string>): readonly string[] {
  return acceptsHttp10(env) ? ['http/1.0', 'http/1.1', 'h2c'] : ['http/1.1', 'h2c']
}

function cacheOfUnknownHosts({ outboundPolicy, proxy, registry }: ProxyView): DnsCache | undefined {
  if (proxy.type !== 'sidecar' || outboundPolicy.mode !== 'ALLOW_ANY_DYNAMIC_DNS') return undefined
  return unknownHostsCache(proxy, registry.snapshot.features)
}

function connectionLimit(features: Features): number | undefined {
  if (!features.has('connection-limit')) return undefined
  const limit = envInteger(features.env, 'MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP', 1)
  return limit > 0 ? limit : undefined
}

function hidesPeerMetadata({ proxy, registry }: ProxyView): boolean {
  if (proxy.type === 'router' && !registry.snapshot.features.has('peer-metadata-of-gateways')) return false
  return proxy.config.proxyHeaders?.metadataExchangeHeaders?.mode === 'IN_MESH'
}

/** Settings from the mesh configuration or the proxy. */
function declaredSettings(view: ProxyView) {
  const { mesh, meshNetworks } = view.registry.snapshot
  const { config, metadata } = view.proxy
  const { proxyHeaders } = config
  return {
    accessLogs: accessLogs(view),
    logsUnmatched: !mesh.disableEnvoyListenerLog,
    metricsFilters: metricsFilterCount(mesh),
    tracing: planTracing(view),
    idleTimeout: parseDuration(metadata.get('IDLE_TIMEOUT') ?? ''),
    preservesCase: proxyHeaders?.preserveHttp1HeaderCase === true,
    protocolDetectionTimeout: mesh.protocolDetectionTimeout,
    pathNormalization: mesh.pathNormalization?.normalization ?? '',
    unknownHostsCache: cacheOfUnknownHosts(view),
    internalAddresses: internalAddresses(meshNetworks),
    hidesPeerMetadata: hidesPeerMetadata(view),
    hidesDebugHeaders: proxyHeaders?.envoyDebugHeaders?.disabled === true,
    proxyHeaders,
    connections: connectionSettings(view),
  }
}

/** Reads the settings of one proxy. */
export function filterSettings(view: ProxyView): FilterSettings {
  const { features } = view.registry.snapshot
  const { env } = features
  const maxConnections = connectionLimit(features)
  const connectTimeout = envDuration(env, 'PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT', { seconds: 15, nanos: 0 })
  return {
    ...declaredSettings(view),
    onlyPreservesCase: !features.has('header-case-beside-options'),
    acceptHttp10: acceptsHttp10(env) || view.proxy.metadata.get('HTTP10') === '1',
    proxy100Continue: flag(env, 'ENABLE_100_CONTINUE_HEADERS', true),
    plaintextAlpn: plaintextAlpnOf(env),
    dnsLookupFamily: features.has('dynamic-hosts-by-family') ? dnsLookupFamily(view.proxy, features) : 'V4_ONLY',
    alwaysTrustsInternal: flag(env, 'ENABLE_HCM_INTERNAL_NETWORKS', false),
    usesRemoteAddress: {
      outbound: flag(env, 'PILOT_SIDECAR_USE_REMOTE_ADDRESS', false),
      inbound: false,
      gateway: true,
    },
    maxConnectionsPerSocketEvent: maxConnections,
    maxConnectionsOfBoundPorts: features.has('connection-limit-of-bound-ports') ? maxConnections : undefined,
    inspectsTlsBesideHttp: features.has('tls-inspector-for-http'),
    transportSocketConnectTimeout: isZero(connectTimeout) ? undefined : connectTimeout,
  }
}
