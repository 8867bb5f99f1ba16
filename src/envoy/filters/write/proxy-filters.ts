/** The part that all filters of one proxy share, written once because there may be very many. */
import { durationText, type EnvoyMessage, type Extension } from '../../json.ts'
import type { FilterKind } from '../../security/plan/rules.ts'
import { type SecurityFilters, securityFilters } from '../../security/write/security.ts'
import type { FilterSettings } from '../plan/settings.ts'
import type { Traffic } from '../plan/traffic.ts'
import { type AccessLog, accessLogs, withoutRoute } from './access-log.ts'
import { dnsCacheConfig } from './dns-cache.ts'
import { metricsFilters } from './metrics.ts'
import { type Tracing, tracingMessage } from './tracing.ts'

export interface ProxyFilters {
  readonly settings: FilterSettings
  /** For connection managers and TCP proxies. */
  readonly accessLog: readonly AccessLog[] | undefined
  /** For listeners: connections that match no filter chain. */
  readonly listenerAccessLog: readonly AccessLog[] | undefined
  readonly metrics: Readonly<Record<Traffic, readonly Extension[]>>
  readonly tracing: Tracing | undefined
  readonly security: Readonly<Record<FilterKind, SecurityFilters>>
  readonly idleTimeout: string | undefined
  readonly unknownHostsCache: EnvoyMessage | undefined
  readonly transportSocketConnectTimeout: string | undefined
}

export function proxyFilters(settings: FilterSettings): ProxyFilters {
  const { metricsFilters: count, tracing, unknownHostsCache } = settings
  const accessLog = accessLogs(settings.accessLogs)
  return {
    settings,
    accessLog,
    listenerAccessLog: settings.logsUnmatched ? accessLog?.map(withoutRoute) : undefined,
    metrics: {
      outbound: metricsFilters(count, 'outbound'),
      inbound: metricsFilters(count, 'inbound'),
      gateway: metricsFilters(count, 'gateway'),
    },
    tracing: tracing && tracingMessage(tracing),
    security: securityFilters(settings.security),
    idleTimeout: durationText(settings.idleTimeout),
    unknownHostsCache: unknownHostsCache && dnsCacheConfig(unknownHostsCache),
    transportSocketConnectTimeout: durationText(settings.transportSocketConnectTimeout),
  }
}
