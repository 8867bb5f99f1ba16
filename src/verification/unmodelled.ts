/** Objects that istiod reads for a proxy and that vipctl does not model, so that they may explain a difference. */
import { type UnmodelledKind, unmodelledKind } from '../kinds/index.ts'
import { describeResource, type Resource } from '../kinds/resource.ts'
import type { ProxyView } from '../scope/view.ts'
import type { JsonValue } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { isMapping, valueAt } from '../sources/mapping.ts'
import type { VerifiedKind } from './state.ts'
import type { ResourceFinding } from './verify.ts'

/** An object that may change what a proxy gets. */
export interface UnmodelledObject {
  /** `WasmPlugin istio-system/compress` */
  readonly what: string
  readonly location: Location
  /** The kinds of resources that it can change. */
  readonly kinds: ReadonlySet<VerifiedKind>
  /** It changes filters, access logs and tracing of listeners, and no other part of them. */
  readonly onlyFilters: boolean
}

/** Where the labels of selected workloads are, in the specs of different kinds. */
const SELECTORS = [
  ['selector', 'matchLabels'],
  ['workloadSelector', 'labels'],
] as const

function isSelected(spec: JsonValue, labels: ReadonlyMap<string, string>): boolean {
  return SELECTORS.every((path) => {
    const wanted = valueAt(spec, path)
    return !isMapping(wanted) || Object.entries(wanted).every(([key, value]) => labels.get(key) === value)
  })
}

/** Words of a kind's description, with what they stand for. */
const WORDS: readonly (readonly [string, readonly VerifiedKind[]])[] = [
  ['listener', ['lds']],
  ['filter', ['lds']],
  ['rout', ['rds', 'lds']],
  ['cluster', ['cds']],
  ['endpoint', ['eds']],
  ['host', ['lds', 'rds', 'cds', 'eds', 'nds']],
  ['service', ['lds', 'rds', 'cds', 'eds', 'nds']],
  ['name', ['nds']],
]

function kindsOf(entry: UnmodelledKind): ReadonlySet<VerifiedKind> {
  // The node in the dump has what a ProxyConfig sets.
  if (entry.kind === 'ProxyConfig') return new Set()
  const text = entry.differs.toLowerCase()
  return new Set(WORDS.flatMap(([word, kinds]) => (text.includes(word) ? kinds : [])))
}

/** Policies apply in their own namespace, and those of the root namespace everywhere. Other kinds may apply anywhere. */
function appliesTo({ meta, spec }: Resource, entry: UnmodelledKind, { proxy, registry }: ProxyView): boolean {
  if (!entry.onlyFilters) return true
  const isNear = meta.namespace === proxy.namespace || meta.namespace === registry.snapshot.mesh.rootNamespace
  return isNear && isSelected(spec as JsonValue, proxy.labels)
}

/** The objects that may change what a proxy gets. */
export function unmodelledFor(view: ProxyView): readonly UnmodelledObject[] {
  return view.registry.snapshot.unmodelled.flatMap((resource) => {
    const entry = unmodelledKind(resource.apiVersion, resource.kind)
    if (!entry || !appliesTo(resource, entry, view)) return []
    const kinds = kindsOf(entry)
    const { location } = resource
    return kinds.size === 0
      ? []
      : [{ what: describeResource(resource), location, kinds, onlyFilters: entry.onlyFilters ?? false }]
  })
}

/** Parts of a listener that policies change. */
const FILTER_PARTS = ['ilters', 'accessLog', 'tracing', 'typedPerFilterConfig', 'extensionConfig', 'metadata']

/** Whether an object may be why a resource is not as computed. */
export function mayExplain({ kinds, onlyFilters }: UnmodelledObject, finding: ResourceFinding): boolean {
  if (!kinds.has(finding.kind)) return false
  if (!onlyFilters) return true
  if (finding.verdict !== 'differs') return false
  return finding.differences.every(({ path }) => FILTER_PARTS.some((part) => path.includes(part)))
}
