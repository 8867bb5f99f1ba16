/** What the mesh, istiod's environment and the proxy say about filters; read once for a proxy. */
import { type Duration, parseDuration } from '../../resources/duration.ts'
import { flag } from '../../resources/features.ts'
import type { MeshConfig } from '../../resources/istio/mesh-config.ts'
import type { ProxyView } from '../../scope/view.ts'
import { durationText, type Extension } from '../json.ts'
import { type AccessLog, accessLogs, withoutRoute } from './access-log.ts'
import { metricsFilters } from './metrics.ts'
import { type Tracing, tracingOf } from './tracing.ts'
import type { Traffic } from './traffic.ts'

export type DnsLookupFamily = 'V4_ONLY' | 'V6_ONLY' | 'ALL'

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
  /** undefined: no limit is sent. */
  readonly maxConnectionsPerSocketEvent: number | undefined
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

function plaintextAlpn(http10: boolean): readonly string[] {
  return http10 ? ['http/1.0', 'http/1.1', 'h2c'] : ['http/1.1', 'h2c']
}

function dnsLookupFamily(view: ProxyView): DnsLookupFamily {
  const { ipMode } = view.proxy
  if (ipMode === 'IPv6') return 'V6_ONLY'
  return ipMode === 'Dual' && view.registry.snapshot.features.dualStack ? 'ALL' : 'V4_ONLY'
}

/** Reads the settings of one proxy. */
export function filterSettings(view: ProxyView): FilterSettings {
  const { mesh, features } = view.registry.snapshot
  const { env } = features
  const { metadata } = view.proxy
  const http10 = flag(env, 'PILOT_HTTP10', false)
  const logs = accessLogs(mesh)
  const maxConnections = envInteger(env, 'MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP', 1)
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
    plaintextAlpn: plaintextAlpn(http10),
    dnsLookupFamily: dnsLookupFamily(view),
    maxConnectionsPerSocketEvent: maxConnections > 0 ? maxConnections : undefined,
    transportSocketConnectTimeout: isZero(connectTimeout) ? undefined : durationText(connectTimeout),
  }
}
