/** The part that all filters of one proxy share, written once because there may be very many. */
import { durationText, type EnvoyMessage, type Extension } from '../../json.ts'
import type { FilterKind } from '../../security/plan/rules.ts'
import { type SecurityFilters, securityFilters } from '../../security/write/security.ts'
import type { Mode } from '../../telemetry/plan/mode.ts'
import { type AccessLog, accessLogs, listenerLogs } from '../../telemetry/write/access-log.ts'
import { metricsFilters } from '../../telemetry/write/metrics.ts'
import { type Tracing, tracingMessage } from '../../telemetry/write/tracing.ts'
import type { FilterSettings } from '../plan/settings.ts'
import type { Traffic } from '../plan/traffic.ts'
import { requestId } from './constants.ts'
import { dnsCacheConfig } from './dns-cache.ts'

/** What all filters for one kind of traffic share. */
export interface TrafficFilters {
  /** For connection managers. */
  readonly httpLog: readonly AccessLog[] | undefined
  /** For TCP proxies. */
  readonly tcpLog: readonly AccessLog[] | undefined
  /** For listeners: connections that match no filter chain. */
  readonly listenerLog: readonly AccessLog[] | undefined
  readonly metrics: readonly Extension[]
  readonly tracing: Tracing | undefined
  readonly requestId: EnvoyMessage
}

export interface ProxyFilters {
  readonly settings: FilterSettings
  readonly by: Readonly<Record<Traffic, TrafficFilters>>
  readonly security: Readonly<Record<FilterKind, SecurityFilters>>
  readonly idleTimeout: string | undefined
  readonly unknownHostsCache: EnvoyMessage | undefined
  readonly transportSocketConnectTimeout: string | undefined
}

function trafficFilters(
  { telemetry, logsUnmatched }: FilterSettings,
  mode: Mode,
  distrustsHost: boolean,
): TrafficFilters {
  const logs = telemetry.accessLogs[mode]
  const tracing = telemetry.tracing[mode]
  return {
    httpLog: accessLogs(logs.http),
    tcpLog: accessLogs(logs.tcp),
    listenerLog: logsUnmatched ? listenerLogs(logs.listener) : undefined,
    metrics: metricsFilters(telemetry.metrics[mode], distrustsHost),
    tracing: tracing && tracingMessage(tracing),
    requestId: requestId(tracing?.samplesByRequestId ?? true),
  }
}

export function proxyFilters(settings: FilterSettings): ProxyFilters {
  const { unknownHostsCache } = settings
  return {
    settings,
    by: {
      outbound: trafficFilters(settings, 'CLIENT', false),
      inbound: trafficFilters(settings, 'SERVER', true),
      gateway: trafficFilters(settings, 'CLIENT', true),
    },
    security: securityFilters(settings.security),
    idleTimeout: durationText(settings.idleTimeout),
    unknownHostsCache: unknownHostsCache && dnsCacheConfig(unknownHostsCache),
    transportSocketConnectTimeout: durationText(settings.transportSocketConnectTimeout),
  }
}
