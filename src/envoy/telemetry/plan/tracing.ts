/** Tracing: sampling, tags and tracers (pilot/pkg/networking/core/tracing.go, pilot/pkg/model/telemetry.go Tracing). */
import { EMPTY_MAP } from '../../../common/collections.ts'
import type { CustomTag as StatedTag, Tracing } from '../../../kinds/messages/telemetry.ts'
import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { MeshConfigExtensionProvider as Provider } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { appliesTo, type Mode } from './mode.ts'
import { findProvider } from './providers.ts'
import { type CustomTag, tagsOf } from './tags.ts'
import { planTracer, type TracerPlan } from './tracers.ts'

/** How the connection managers of one side trace. */
export interface TracingPlan {
  /** undefined for the tracer of the proxy's bootstrap. */
  readonly tracer: TracerPlan | undefined
  /** In percent. */
  readonly sampling: number
  /** Sorted by name. */
  readonly tags: readonly CustomTag[]
  /** 0 for Envoy's default. */
  readonly maxPathTagLength: number
  readonly propagatesContext: boolean
  /** Whether the sampling decision is stored in the request ID. */
  readonly samplesByRequestId: boolean
}

const DEFAULT_SAMPLING = 1
const SAMPLING_TEXT = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/

/** istiod's PILOT_TRACE_SAMPLING in percent; the default if out of range. */
function istiodSampling(env: ReadonlyMap<string, string>): number {
  const text = env.get('PILOT_TRACE_SAMPLING') ?? ''
  const value = SAMPLING_TEXT.test(text) ? Number(text) : DEFAULT_SAMPLING
  return value < 0 || value > 100 ? DEFAULT_SAMPLING : value
}

function samplingOf(view: ProxyView): number {
  const sampling = view.proxy.config.tracing?.sampling ?? 0
  if (sampling === 0) return istiodSampling(view.registry.snapshot.features.env)
  return sampling > 100 ? DEFAULT_SAMPLING : sampling
}

/** Tracing without a provider. */
function tracingOfMesh(view: ProxyView): TracingPlan | undefined {
  if (!view.registry.snapshot.mesh.enableTracing) return undefined
  const { tracing } = view.proxy.config
  return {
    tracer: undefined,
    sampling: samplingOf(view),
    tags: tagsOf(view, tracing?.enableIstioTags !== false, EMPTY_MAP),
    maxPathTagLength: tracing?.maxPathTagLength ?? 0,
    propagatesContext: true,
    samplesByRequestId: true,
  }
}

/** What the entries of one side come to. */
interface Settings {
  readonly provider: Provider | undefined
  readonly isOff: boolean
  readonly tags: ReadonlyMap<string, StatedTag>
  readonly sampling: number | undefined
  readonly samplesByRequestId: boolean
  readonly hasIstioTags: boolean
  readonly propagatesContext: boolean
}

function withEntry(before: Settings, entry: Tracing, view: ProxyView): Settings {
  const [first] = entry.providers
  return {
    provider: first ? findProvider(view.registry.snapshot.mesh, first.name) : before.provider,
    isOff: entry.disableSpanReporting ?? before.isOff,
    tags: entry.customTags ?? before.tags,
    sampling: entry.randomSamplingPercentage ?? before.sampling,
    samplesByRequestId: entry.useRequestIdForTraceSampling ?? before.samplesByRequestId,
    hasIstioTags: entry.enableIstioTags ?? before.hasIstioTags,
    propagatesContext:
      entry.disableContextPropagation === undefined ? before.propagatesContext : !entry.disableContextPropagation,
  }
}

function settingsOf(view: ProxyView, entries: readonly Tracing[], defaultProvider: string | undefined): Settings {
  const start: Settings = {
    provider: defaultProvider === undefined ? undefined : findProvider(view.registry.snapshot.mesh, defaultProvider),
    isOff: false,
    tags: EMPTY_MAP,
    sampling: undefined,
    samplesByRequestId: true,
    hasIstioTags: true,
    propagatesContext: true,
  }
  return entries.reduce((settings, entry) => withEntry(settings, entry, view), start)
}

/** The first proxy version that can keep the context of a trace to itself. */
const FIRST_WITHOUT_PROPAGATION: IstioVersion = { major: 1, minor: 30, patch: 0 }

/**
 * Plans the tracing of one side of a proxy. Only the first of the default providers is used.
 * @param entries of all Telemetries that apply, the most general first
 * @returns undefined for none
 */
export function planTracing(view: ProxyView, entries: readonly Tracing[], mode: Mode): TracingPlan | undefined {
  const [defaultProvider] = view.registry.snapshot.mesh.defaultProviders?.tracing ?? []
  if (entries.length === 0 && defaultProvider === undefined) return tracingOfMesh(view)
  const applicable = entries.filter(({ match }) => appliesTo(match, mode))
  const settings = settingsOf(view, applicable, defaultProvider)
  if (settings.isOff || !settings.provider) return undefined
  const tracer = planTracer(view, settings.provider)
  if (!tracer) return undefined
  const canKeepContext = compareVersions(view.proxy.version, FIRST_WITHOUT_PROPAGATION) >= 0
  return {
    tracer,
    sampling: tracer.samplesItself ? 100 : (settings.sampling ?? samplingOf(view)),
    tags: tagsOf(view, settings.hasIstioTags, settings.tags),
    maxPathTagLength: tracer.maxTagLength || (view.proxy.config.tracing?.maxPathTagLength ?? 0),
    propagatesContext: settings.propagatesContext || !canKeepContext,
    samplesByRequestId: settings.samplesByRequestId,
  }
}
