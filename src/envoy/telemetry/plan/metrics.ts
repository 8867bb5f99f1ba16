/** Metrics filters: one per provider of type prometheus (pilot/pkg/model/telemetry.go mergeMetrics). */
import { compareBytes } from '../../../common/bytes.ts'
import type {
  IstioMetric,
  MetricSelector,
  Metrics,
  MetricsOverrides,
  TagOverride,
} from '../../../kinds/messages/telemetry.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import { appliesTo, type Mode } from './mode.ts'
import { findProvider, namesOf } from './providers.ts'

/** The changes of one metric. */
export interface MetricPlan {
  /** As Prometheus has it, without `istio_`. */
  readonly name: string
  readonly isDropped: boolean
  /** Values by tag, as expressions. */
  readonly tags: ReadonlyMap<string, string>
  /** Sorted. */
  readonly removedTags: readonly string[]
}

/** One metrics filter. */
export interface MetricsPlan {
  /** How often the metrics of open TCP connections are reported; undefined for the default. */
  readonly reportingInterval: Duration | undefined
  /** The metrics that differ from their defaults, by the API's name. */
  readonly metrics: readonly MetricPlan[]
}

/** The metrics of the API, and their names in Prometheus. */
const NAMES: ReadonlyMap<IstioMetric | string, string> = new Map([
  ['REQUEST_COUNT', 'requests_total'],
  ['REQUEST_DURATION', 'request_duration_milliseconds'],
  ['REQUEST_SIZE', 'request_bytes'],
  ['RESPONSE_SIZE', 'response_bytes'],
  ['TCP_OPENED_CONNECTIONS', 'tcp_connections_opened_total'],
  ['TCP_CLOSED_CONNECTIONS', 'tcp_connections_closed_total'],
  ['TCP_SENT_BYTES', 'tcp_sent_bytes_total'],
  ['TCP_RECEIVED_BYTES', 'tcp_received_bytes_total'],
  ['GRPC_REQUEST_MESSAGES', 'request_messages_total'],
  ['GRPC_RESPONSE_MESSAGES', 'response_messages_total'],
])
const ALL_METRICS: readonly string[] = [...NAMES.keys()]

/** What overrides say about one metric. */
class Override {
  isDropped = false
  readonly tags = new Map<string, TagOverride>()

  plan(metric: string): MetricPlan {
    const tags = [...this.tags].sort(([a], [b]) => compareBytes(a, b))
    return {
      name: NAMES.get(metric) ?? metric,
      isDropped: this.isDropped,
      tags: new Map(tags.filter(([, tag]) => tag.operation === 'UPSERT').map(([name, tag]) => [name, tag.value])),
      removedTags: tags.filter(([, tag]) => tag.operation === 'REMOVE').map(([name]) => name),
    }
  }
}

const meansAll = (match: MetricSelector | undefined): boolean =>
  match?.customMetric === undefined && (match?.metric === undefined || match.metric === 'ALL_METRICS')

function metricsOf(match: MetricSelector | undefined): readonly string[] {
  if (match?.customMetric !== undefined) return [match.customMetric]
  return meansAll(match) ? ALL_METRICS : [match?.metric ?? '']
}

/** The settings of one provider on one side. */
class ProviderMetrics {
  #isOff = false
  #interval: Duration | undefined
  readonly #overrides = new Map<string, Override>()

  apply({ reportingInterval, overrides }: Metrics, mode: Mode): void {
    if (reportingInterval) this.#interval = reportingInterval
    for (const override of overrides) if (appliesTo(override.match, mode)) this.#override(override)
  }

  /** Turning all metrics off turns the filter off; any later override turns it on again. */
  #override({ match, disabled, tagOverrides }: MetricsOverrides): void {
    this.#isOff = meansAll(match) && disabled === true
    if (this.#isOff) return
    for (const metric of metricsOf(match)) {
      const override = this.#overrides.get(metric) ?? new Override()
      this.#overrides.set(metric, override)
      if (disabled !== undefined) override.isDropped = disabled
      for (const [tag, change] of tagOverrides) override.tags.set(tag, change)
    }
  }

  plan(): MetricsPlan | undefined {
    if (this.#isOff) return undefined
    const sorted = [...this.#overrides].sort(([a], [b]) => compareBytes(a, b))
    return { reportingInterval: this.#interval, metrics: sorted.map(([metric, override]) => override.plan(metric)) }
  }
}

/** The providers in scope: those of the last entry that names any, otherwise the mesh's defaults. */
function scopeOf(entries: readonly Metrics[], defaults: readonly string[]): ReadonlySet<string> {
  const last = entries.findLast(({ providers }) => providers.length > 0)
  return new Set(last ? namesOf(last.providers) : defaults)
}

/**
 * Plans the metrics filters of one side of a proxy.
 * @param entries of all Telemetries that apply, the most general first
 */
export function planMetrics(mesh: MeshConfig, entries: readonly Metrics[], mode: Mode): readonly MetricsPlan[] {
  const defaults = mesh.defaultProviders?.metrics ?? []
  const scope = scopeOf(entries, defaults)
  const byProvider = new Map<string, ProviderMetrics>()
  if (entries.length === 0) for (const name of defaults) byProvider.set(name, new ProviderMetrics())
  let names = defaults
  for (const entry of entries) {
    if (entry.providers.length > 0) names = namesOf(entry.providers)
    for (const name of names) {
      if (!scope.has(name)) continue
      const metrics = byProvider.get(name) ?? new ProviderMetrics()
      byProvider.set(name, metrics)
      metrics.apply(entry, mode)
    }
  }
  return [...byProvider]
    .sort(([a], [b]) => compareBytes(a, b))
    .filter(([name]) => findProvider(mesh, name)?.prometheus !== undefined)
    .map(([, metrics]) => metrics.plan())
    .filter((plan) => plan !== undefined)
}
