/** Writes the tracing of connection managers. */
import { compact, type EnvoyMessage, type Extension } from '../../json.ts'
import type { CustomTag, TagSource } from '../plan/tags.ts'
import type { TracingPlan } from '../plan/tracing.ts'
import { tracer } from './tracers.ts'

export interface EnvoyCustomTag extends EnvoyMessage {
  readonly tag: string
}

export interface Tracing {
  readonly clientSampling: EnvoyMessage
  readonly overallSampling: EnvoyMessage
  readonly randomSampling: EnvoyMessage
  readonly customTags?: readonly EnvoyCustomTag[]
  readonly maxPathTagLength?: number
  readonly provider?: Extension
  readonly spawnUpstreamSpan?: boolean
  readonly noContextPropagation?: boolean
}

const RBAC = 'envoy.filters.http.rbac'

function sourceFields(source: TagSource): EnvoyMessage {
  switch (source.kind) {
    case 'literal':
      return { literal: compact({ value: source.value || undefined }) }
    case 'formatter':
      return { value: source.value }
    case 'none':
      return {}
    case 'dry-run':
      return { metadata: { kind: { request: {} }, metadataKey: { key: RBAC, path: [{ key: source.key }] } } }
    default: {
      const named = compact({ name: source.name || undefined, defaultValue: source.defaultValue || undefined })
      return source.kind === 'environment' ? { environment: named } : { requestHeader: named }
    }
  }
}

const customTag = ({ tag, source }: CustomTag): EnvoyCustomTag => ({ tag, ...sourceFields(source) })

/** A percentage; protobuf omits 0. */
const percent = (value: number): EnvoyMessage => (value === 0 ? {} : { value })

export function tracingMessage(plan: TracingPlan): Tracing {
  const { sampling, tags, maxPathTagLength } = plan
  return compact({
    provider: plan.tracer && tracer(plan.tracer),
    spawnUpstreamSpan: plan.tracer?.spawnsUpstreamSpan || undefined,
    clientSampling: percent(100),
    overallSampling: percent(100),
    randomSampling: percent(sampling),
    customTags: tags.length > 0 ? tags.map(customTag) : undefined,
    maxPathTagLength: maxPathTagLength || undefined,
    noContextPropagation: plan.propagatesContext ? undefined : true,
  })
}
