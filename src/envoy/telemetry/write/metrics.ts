/** Writes metrics filters. */
import { STATS } from '../../filters/write/constants.ts'
import { compact, durationText, type EnvoyMessage, type Extension, unlessEmpty } from '../../json.ts'
import type { MetricPlan, MetricsPlan } from '../plan/metrics.ts'

const metric = ({ name, isDropped, tags, removedTags }: MetricPlan): EnvoyMessage =>
  compact({
    name: name || undefined,
    dimensions: tags.size > 0 ? Object.fromEntries(tags) : undefined,
    tagsToRemove: unlessEmpty(removedTags),
    drop: isDropped || undefined,
  })

/**
 * The metrics filters of a chain, for HTTP and TCP.
 * @param distrustsHost requests from outside may have any Host header, which must not become a metric's label
 */
export function metricsFilters(plans: readonly MetricsPlan[], distrustsHost: boolean): readonly Extension[] {
  return plans.map(({ reportingInterval, metrics }) => ({
    name: STATS.name,
    typedConfig: compact({
      '@type': STATS.type,
      disableHostHeaderFallback: distrustsHost || undefined,
      tcpReportingDuration: durationText(reportingInterval),
      metrics: unlessEmpty(metrics.map(metric)),
    }),
  }))
}
