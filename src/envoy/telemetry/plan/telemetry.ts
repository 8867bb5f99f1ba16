/** What a proxy reports of its traffic, from the mesh configuration and the Telemetries that apply. */
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { type AccessLogsPlan, planAccessLogs } from './access-logs.ts'
import { applicableTelemetries } from './applicable.ts'
import { LogSinks } from './log-sinks.ts'
import { type MetricsPlan, planMetrics } from './metrics.ts'
import { type ByMode, byMode } from './mode.ts'
import { telemetryOrigins } from './origins.ts'
import { planTracing, type TracingPlan } from './tracing.ts'

export interface TelemetryPlan {
  readonly accessLogs: ByMode<AccessLogsPlan>
  /** One filter each. */
  readonly metrics: ByMode<readonly MetricsPlan[]>
  /** undefined for none. */
  readonly tracing: ByMode<TracingPlan | undefined>
  /** The entries of Telemetries that decide. */
  readonly origins: ByMode<readonly Origin[]>
}

/** Plans access logs, metrics and tracing of one proxy. */
export function planTelemetry(view: ProxyView): TelemetryPlan {
  const { mesh } = view.registry.snapshot
  const telemetries = applicableTelemetries(view)
  const applicable = telemetries.map(({ spec }) => spec)
  const levels = applicable.map(({ accessLogging }) => accessLogging).filter((entries) => entries.length > 0)
  const metrics = applicable.flatMap((spec) => spec.metrics)
  const tracing = applicable.flatMap((spec) => spec.tracing)
  const sinks = new LogSinks(view)
  return {
    accessLogs: byMode((mode) => planAccessLogs(view, levels, mode, sinks)),
    metrics: byMode((mode) => planMetrics(mesh, metrics, mode)),
    tracing: byMode((mode) => planTracing(view, tracing, mode)),
    origins: byMode((mode) => telemetryOrigins(view.registry.snapshot, telemetries, mode)),
  }
}
