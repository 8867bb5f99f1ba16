/** Tracing without a provider: sampling and tags (pilot/pkg/networking/core/tracing.go). */

import { compareBytes } from '../../../common/bytes.ts'
import type { TracingCustomTag } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { compact, type EnvoyMessage } from '../../json.ts'

export interface CustomTag extends EnvoyMessage {
  readonly tag: string
}

export interface Tracing {
  readonly clientSampling: EnvoyMessage
  readonly overallSampling: EnvoyMessage
  readonly randomSampling: EnvoyMessage
  readonly customTags?: readonly CustomTag[]
  readonly maxPathTagLength?: number
}

function policyTag(policy: 'allow' | 'deny', what: 'name' | 'result', key: string): CustomTag {
  return {
    tag: `istio.authorization.dry_run.${policy}_policy.${what}`,
    metadata: {
      kind: { request: {} },
      metadataKey: {
        key: 'envoy.filters.http.rbac',
        path: [{ key: `istio_dry_run_${policy}_shadow_${key}` }],
      },
    },
  }
}

const POLICY_TAGS: readonly CustomTag[] = [
  policyTag('allow', 'name', 'effective_policy_id'),
  policyTag('allow', 'result', 'engine_result'),
  policyTag('deny', 'name', 'effective_policy_id'),
  policyTag('deny', 'result', 'engine_result'),
]

const literalTag = (tag: string, value: string): CustomTag => ({ tag, literal: { value } })

function serviceTags({ proxy }: ProxyView): readonly CustomTag[] {
  const label = (name: string) => proxy.labels.get(`service.istio.io/${name}`)
  const { metadata } = proxy
  return [
    literalTag('istio.canonical_revision', label('canonical-revision') || 'latest'),
    literalTag('istio.canonical_service', label('canonical-name') || 'unknown'),
    literalTag('istio.mesh_id', metadata.get('MESH_ID') || 'unknown'),
    literalTag('istio.namespace', metadata.get('NAMESPACE') || 'default'),
    literalTag('istio.cluster_id', metadata.get('CLUSTER_ID') || 'unknown'),
  ]
}

const named = (source: { readonly name: string; readonly defaultValue: string }): EnvoyMessage =>
  compact({ name: source.name || undefined, defaultValue: source.defaultValue || undefined })

/** A tag of defaultConfig; undefined when it says nothing. */
function configuredTag(tag: string, from: TracingCustomTag): CustomTag | undefined {
  if (from.literal) return { tag, literal: compact({ value: from.literal.value || undefined }) }
  if (from.environment) return { tag, environment: named(from.environment) }
  return from.header && { tag, requestHeader: named(from.header) }
}

const DEFAULT_SAMPLING = 1
const SAMPLING_TEXT = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/

/** istiod's PILOT_TRACE_SAMPLING in percent, out of range counts as the default. */
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

function tagsOf(view: ProxyView): readonly CustomTag[] {
  const { tracing } = view.proxy.config
  const tags = tracing?.enableIstioTags === false ? [] : [...serviceTags(view), ...POLICY_TAGS]
  for (const [name, from] of tracing?.customTags ?? []) {
    const tag = configuredTag(name, from)
    if (tag) tags.push(tag)
  }
  return tags.sort((a, b) => compareBytes(a.tag, b.tag))
}

/** A percentage; protobuf leaves 0 out. */
const percent = (value: number): EnvoyMessage => (value === 0 ? {} : { value })

/** Tracing of every connection manager; undefined when it is off, or up to a provider. */
export function tracingOf(view: ProxyView): Tracing | undefined {
  const { mesh } = view.registry.snapshot
  if (!mesh.enableTracing || (mesh.defaultProviders?.tracing.length ?? 0) > 0) return undefined
  const tags = tagsOf(view)
  return compact({
    clientSampling: percent(100),
    overallSampling: percent(100),
    randomSampling: percent(samplingOf(view)),
    customTags: tags.length > 0 ? tags : undefined,
    maxPathTagLength: view.proxy.config.tracing?.maxPathTagLength || undefined,
  })
}
