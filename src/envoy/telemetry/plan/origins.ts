/** What Telemetries do to the filters and logs of one side of a proxy. */
import type { TelemetryResource } from '../../../kinds/istio/telemetry.ts'
import type { AccessLogging, Metrics, ProviderRef, Tracing } from '../../../kinds/messages/telemetry.ts'
import type { Origin } from '../../explained.ts'
import { ResourceOrigin } from '../../listeners/plan/origins.ts'
import { counts, type Mode } from './mode.ts'

const named = (providers: readonly ProviderRef[], otherwise: string): string =>
  providers.length > 0 ? providers.map(({ name }) => name).join(', ') : otherwise

function logging({ disabled, providers, filter }: AccessLogging): string {
  if (disabled) return `access logs of ${named(providers, 'the providers above it')} are off`
  const condition = filter ? `, of what satisfies ${filter.expression}` : ''
  return `access logs go to ${named(providers, 'the providers above it')}${condition}`
}

function tracing({ disableSpanReporting, providers }: Tracing): string {
  if (disableSpanReporting) return 'requests are not traced'
  return `requests are traced with ${named(providers, 'the provider above it')}`
}

function metrics({ providers, overrides }: Metrics): string {
  const changes = overrides.length === 1 ? '1 override' : `${overrides.length} overrides`
  return `metrics go to ${named(providers, 'the providers above it')}, with ${changes}`
}

const countsForAny = ({ overrides }: Metrics, mode: Mode): boolean =>
  overrides.length === 0 || overrides.some(({ match }) => counts(match, mode))

/** One origin for each entry that counts for a side. */
export function telemetryOrigins(telemetries: readonly TelemetryResource[], mode: Mode): readonly Origin[] {
  return telemetries.flatMap((telemetry) => {
    const { spec } = telemetry
    const at = (list: string, index: number, why: string) => new ResourceOrigin(telemetry, ['spec', list, index], why)
    return [
      ...spec.accessLogging.flatMap((entry, index) =>
        counts(entry.match, mode) ? [at('accessLogging', index, logging(entry))] : [],
      ),
      ...spec.tracing.flatMap((entry, index) =>
        counts(entry.match, mode) ? [at('tracing', index, tracing(entry))] : [],
      ),
      ...spec.metrics.flatMap((entry, index) =>
        countsForAny(entry, mode) ? [at('metrics', index, metrics(entry))] : [],
      ),
    ]
  })
}
