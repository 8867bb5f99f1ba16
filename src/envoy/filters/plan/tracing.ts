/** Tracing without a provider: sampling and tags (pilot/pkg/networking/core/tracing.go). */

import { compareBytes } from '../../../common/bytes.ts'
import type { TracingCustomTag } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** The source of a tag's value. */
export type TagSource =
  | { readonly kind: 'literal'; readonly value: string }
  /** A variable in the proxy's environment, or a request header. */
  | { readonly kind: 'environment' | 'header'; readonly name: string; readonly defaultValue: string }
  /** The result of a dry run of authorization policies. */
  | { readonly kind: 'dry-run'; readonly key: string }

export interface CustomTag {
  readonly tag: string
  readonly source: TagSource
}

export interface TracingPlan {
  /** In percent. */
  readonly sampling: number
  /** Sorted by name. */
  readonly tags: readonly CustomTag[]
  /** 0 for Envoy's default. */
  readonly maxPathTagLength: number
}

function policyTag(policy: 'allow' | 'deny', what: 'name' | 'result', key: string): CustomTag {
  return {
    tag: `istio.authorization.dry_run.${policy}_policy.${what}`,
    source: { kind: 'dry-run', key: `istio_dry_run_${policy}_shadow_${key}` },
  }
}

const POLICY_TAGS: readonly CustomTag[] = [
  policyTag('allow', 'name', 'effective_policy_id'),
  policyTag('allow', 'result', 'engine_result'),
  policyTag('deny', 'name', 'effective_policy_id'),
  policyTag('deny', 'result', 'engine_result'),
]

const literalTag = (tag: string, value: string): CustomTag => ({ tag, source: { kind: 'literal', value } })

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

/** A tag of defaultConfig; undefined when it is empty. */
function configuredTag(tag: string, { literal, environment, header }: TracingCustomTag): CustomTag | undefined {
  if (literal) return literalTag(tag, literal.value)
  if (environment) return { tag, source: { kind: 'environment', ...environment } }
  return header && { tag, source: { kind: 'header', ...header } }
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

function tagsOf(view: ProxyView): readonly CustomTag[] {
  const { tracing } = view.proxy.config
  const tags = tracing?.enableIstioTags === false ? [] : [...serviceTags(view), ...POLICY_TAGS]
  for (const [name, from] of tracing?.customTags ?? []) {
    const tag = configuredTag(name, from)
    if (tag) tags.push(tag)
  }
  return tags.sort((a, b) => compareBytes(a.tag, b.tag))
}

/** Tracing of every connection manager; undefined when it is off or a provider handles it. */
export function planTracing(view: ProxyView): TracingPlan | undefined {
  const { mesh } = view.registry.snapshot
  if (!mesh.enableTracing || (mesh.defaultProviders?.tracing.length ?? 0) > 0) return undefined
  return {
    sampling: samplingOf(view),
    tags: tagsOf(view),
    maxPathTagLength: view.proxy.config.tracing?.maxPathTagLength ?? 0,
  }
}
