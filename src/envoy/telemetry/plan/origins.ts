/** What Telemetries do to the filters and logs of one side of a proxy. */
import type { TelemetryResource } from '../../../kinds/istio/telemetry.ts'
import type { AccessLogging, Metrics, ProviderRef, Tracing } from '../../../kinds/messages/telemetry.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import type { Origin } from '../../explained.ts'
import { ResourceOrigin } from '../../listeners/plan/origins.ts'
import { appliesTo, type Mode } from './mode.ts'
import { findProvider } from './providers.ts'

/** The providers of an entry in words, with those that the mesh does not have. */
function named(mesh: MeshConfig, providers: readonly ProviderRef[]): string {
  if (providers.length === 0) return 'the providers of the entries before it'
  return providers
    .map(({ name }) => (findProvider(mesh, name) ? name : `${name} (which the mesh does not have)`))
    .join(', ')
}

function logging(mesh: MeshConfig, { disabled, providers, filter }: AccessLogging): string {
  if (disabled) return `access logs of ${named(mesh, providers)} are off`
  const condition = filter ? `, of what satisfies ${filter.expression}` : ''
  return `access logs go to ${named(mesh, providers)}${condition}`
}

function tracing(mesh: MeshConfig, { disableSpanReporting, providers }: Tracing): string {
  if (disableSpanReporting) return 'requests are not traced'
  return `requests are traced with ${named(mesh, providers)}`
}

function metrics(mesh: MeshConfig, { providers, overrides }: Metrics): string {
  const changes = overrides.length === 1 ? '1 override' : `${overrides.length} overrides`
  return `metrics go to ${named(mesh, providers)}, with ${changes}`
}

const appliesToAny = ({ overrides }: Metrics, mode: Mode): boolean =>
  overrides.length === 0 || overrides.some(({ match }) => appliesTo(match, mode))

const listed = (names: readonly string[]): string => names.join(', ')

/** The settings of the mesh configuration that apply where no Telemetry says anything, with where they are. */
function* meshOrigins(
  { mesh, meshAt }: Pick<Snapshot, 'mesh' | 'meshAt'>,
  applicable: readonly TelemetryResource['spec'][],
): Iterable<Origin> {
  const { defaultProviders, accessLogFile, enableEnvoyAccessLogService } = mesh
  const at = (why: string, ...path: readonly string[]): Origin => ({
    what: 'mesh configuration',
    location: meshAt?.child(...path),
    why,
    isGeneral: true,
  })
  const has = (list: 'accessLogging' | 'metrics' | 'tracing') => applicable.some((spec) => spec[list].length > 0)
  const { accessLogging = [], metrics: measured = [], tracing: traced = [] } = defaultProviders ?? {}
  if (!has('accessLogging')) {
    if (accessLogging.length > 0)
      yield at(`access logs go to ${listed(accessLogging)}`, 'defaultProviders', 'accessLogging')
    else {
      if (accessLogFile !== '') yield at(`access logs go to ${accessLogFile}`, 'accessLogFile')
      if (enableEnvoyAccessLogService)
        yield at('access logs go to the access log service', 'enableEnvoyAccessLogService')
    }
  }
  const [tracer] = traced
  if (!has('tracing') && tracer !== undefined)
    yield at(`requests are traced with ${tracer}`, 'defaultProviders', 'tracing')
  if (!has('metrics') && measured.length > 0)
    yield at(`metrics go to ${listed(measured)}`, 'defaultProviders', 'metrics')
}

/** One origin per entry that applies to a side, and one per setting of the mesh configuration that does. */
export function telemetryOrigins(
  snapshot: Pick<Snapshot, 'mesh' | 'meshAt'>,
  telemetries: readonly TelemetryResource[],
  mode: Mode,
): readonly Origin[] {
  const { mesh } = snapshot
  const ofTelemetries = telemetries.flatMap((telemetry) => {
    const { spec } = telemetry
    const at = (list: string, index: number, why: string) => new ResourceOrigin(telemetry, ['spec', list, index], why)
    return [
      ...spec.accessLogging.flatMap((entry, index) =>
        appliesTo(entry.match, mode) ? [at('accessLogging', index, logging(mesh, entry))] : [],
      ),
      ...spec.tracing.flatMap((entry, index) =>
        appliesTo(entry.match, mode) ? [at('tracing', index, tracing(mesh, entry))] : [],
      ),
      ...spec.metrics.flatMap((entry, index) =>
        appliesToAny(entry, mode) ? [at('metrics', index, metrics(mesh, entry))] : [],
      ),
    ]
  })
  const applicable = telemetries.map(({ spec }) => spec)
  return [...ofTelemetries, ...meshOrigins(snapshot, applicable)]
}
