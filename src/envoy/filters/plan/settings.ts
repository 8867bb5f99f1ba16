/** Settings for filters from the mesh, istiod's environment and the proxy; read once per proxy. */
import { type Duration, parseDuration } from '../../../kinds/schema/duration.ts'
import { type Features, flag } from '../../../resources/mesh/features.ts'
import type { ProxyConfigProxyHeaders } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type ExtensionsPlan, planExtensions } from '../../extensions/plan/extensions.ts'
import { type DnsCache, type DnsLookupFamily, dnsLookupFamily, unknownHostsCache } from '../../policy/dns.ts'
import { planSecurity, type SecurityPlan } from '../../security/plan/security.ts'
import { planTelemetry, type TelemetryPlan } from '../../telemetry/plan/telemetry.ts'
import { type ConnectionPlan, planConnections } from './connection-settings.ts'
import { acceptsHttp10, type ClientAddress, type Http1Plan, planClientAddress, planHttp1 } from './http-manager.ts'
import type { Traffic } from './traffic.ts'

export interface FilterSettings {
  /** Access logs, metrics and tracing, by side of the traffic. */
  readonly telemetry: TelemetryPlan
  /** Wasm and Lua filters; undefined for none. */
  readonly extensions: ExtensionsPlan | undefined
  /** Listeners log connections that match no filter chain. */
  readonly logsUnmatched: boolean
  /** What is checked of received connections and requests. */
  readonly security: SecurityPlan
  /** Node metadata IDLE_TIMEOUT. */
  readonly idleTimeout: Duration | undefined
  /** undefined for Envoy's defaults. */
  readonly http1: Http1Plan | undefined
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
  readonly clientAddress: Readonly<Record<Traffic, ClientAddress>>
  /** Workload metadata is hidden from services outside the mesh. */
  readonly hidesPeerMetadata: boolean
  /** Envoy's own `x-envoy-` headers are hidden from the workload and from clients. */
  readonly hidesDebugHeaders: boolean
  /** From the proxy's own configuration. */
  readonly proxyHeaders: ProxyConfigProxyHeaders | undefined
  /** undefined when there are no connectionSettings. */
  readonly connections: ConnectionPlan | undefined
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
  const { mesh } = view.registry.snapshot
  const { config, metadata } = view.proxy
  const { proxyHeaders } = config
  const idleTimeout = parseDuration(metadata.get('IDLE_TIMEOUT') ?? '')
  return {
    telemetry: planTelemetry(view),
    extensions: planExtensions(view),
    logsUnmatched: !mesh.disableEnvoyListenerLog,
    security: planSecurity(view),
    idleTimeout,
    http1: planHttp1(view),
    protocolDetectionTimeout: mesh.protocolDetectionTimeout,
    pathNormalization: mesh.pathNormalization?.normalization ?? '',
    unknownHostsCache: cacheOfUnknownHosts(view),
    clientAddress: planClientAddress(view),
    hidesPeerMetadata: hidesPeerMetadata(view),
    hidesDebugHeaders: proxyHeaders?.envoyDebugHeaders?.disabled === true,
    proxyHeaders,
    connections: planConnections(view, idleTimeout),
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
    proxy100Continue: flag(env, 'ENABLE_100_CONTINUE_HEADERS', true),
    plaintextAlpn: plaintextAlpnOf(env),
    dnsLookupFamily: features.has('dynamic-hosts-by-family') ? dnsLookupFamily(view.proxy, features) : 'V4_ONLY',
    maxConnectionsPerSocketEvent: maxConnections,
    maxConnectionsOfBoundPorts: features.has('connection-limit-of-bound-ports') ? maxConnections : undefined,
    inspectsTlsBesideHttp: features.has('tls-inspector-for-http'),
    transportSocketConnectTimeout: isZero(connectTimeout) ? undefined : connectTimeout,
  }
}
