/** Tags of spans (pilot/pkg/networking/core/tracing.go configureCustomTags). */
import { compareBytes } from '../../../common/bytes.ts'
import type { CustomTag as StatedTag } from '../../../kinds/messages/telemetry.ts'
import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { TracingCustomTag } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** The source of a tag's value. */
export type TagSource =
  | { readonly kind: 'literal' | 'formatter'; readonly value: string }
  /** A variable in the proxy's environment, or a request header. */
  | { readonly kind: 'environment' | 'header'; readonly name: string; readonly defaultValue: string }
  /** Nothing: a tag without a source. */
  | { readonly kind: 'none' }
  /** The result of a dry run of authorization policies. */
  | { readonly kind: 'dry-run'; readonly key: string }

export interface CustomTag {
  readonly tag: string
  readonly source: TagSource
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

/** The first proxy version that knows tags with a format. */
const FIRST_WITH_FORMATTERS: IstioVersion = { major: 1, minor: 29, patch: 0 }

/** A tag of a Telemetry; undefined if the proxy does not know its sort. */
function statedTag(tag: string, stated: StatedTag, { proxy, registry }: ProxyView): CustomTag | undefined {
  const { formatter } = stated
  if (!formatter) {
    const empty: CustomTag = { tag, source: { kind: 'none' } }
    const { features } = registry.snapshot
    return configuredTag(tag, stated) ?? (features.has('tags-without-value') ? empty : undefined)
  }
  if (compareVersions(proxy.version, FIRST_WITH_FORMATTERS) < 0) return undefined
  return { tag, source: { kind: 'formatter', value: formatter.value } }
}

/**
 * The tags of a proxy's spans, sorted by name.
 * @param stated those of Telemetries; empty for those of the proxy's own configuration
 */
export function tagsOf(
  view: ProxyView,
  hasIstioTags: boolean,
  stated: ReadonlyMap<string, StatedTag>,
): readonly CustomTag[] {
  const configured = view.proxy.config.tracing?.customTags ?? []
  const own =
    stated.size > 0
      ? [...stated].map(([name, tag]) => statedTag(name, tag, view))
      : [...configured].map(([name, tag]) => configuredTag(name, tag))
  const tags = hasIstioTags ? [...serviceTags(view), ...POLICY_TAGS] : []
  return [...tags, ...own.filter((tag) => tag !== undefined)].sort((a, b) => compareBytes(a.tag, b.tag))
}
