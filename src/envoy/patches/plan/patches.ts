/** The patches of EnvoyFilters that apply to a proxy, in order (pilot/pkg/model/envoyfilter.go). */
import { compareBytes } from '../../../common/bytes.ts'
import { EMPTY_MAP, groupBy } from '../../../common/collections.ts'
import { once, oncePer } from '../../../common/once.ts'
import type { EnvoyFilterResource } from '../../../kinds/index.ts'
import type {
  ApplyTo,
  EnvoyConfigObjectMatch,
  EnvoyConfigObjectPatch,
  EnvoyFilter,
  PatchOperation,
} from '../../../kinds/messages/envoy-filter.ts'
import { patchValueOf } from '../../../kinds/patch-value.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, type JsonMapping, mappingAt } from '../../../sources/mapping.ts'
import { type Attachment, policiesOf } from '../../policy/attachment.ts'
import { matchesProxy } from './proxy-match.ts'

/** The parts of a proxy's configuration that patches are applied to separately. */
export type Stage = 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND' | 'GATEWAY'

/** One patch, with its value read. */
export interface Patch {
  readonly filter: EnvoyFilterResource
  /** In `configPatches` of the filter. */
  readonly index: number
  readonly applyTo: ApplyTo
  /** INSERT_* where nothing has an order is ADD. */
  readonly operation: PatchOperation
  readonly match: EnvoyConfigObjectMatch | undefined
  /** The value in the form that protojson prints; undefined for REMOVE. */
  readonly value: JsonMapping | undefined
}

/** The patches of one kind, in order. */
export type PatchesOf = (applyTo: ApplyTo) => readonly Patch[]

/** The patches that apply to a proxy. */
export interface ProxyPatches {
  /** All of them, in order. */
  readonly patches: readonly Patch[]
  /** Those of a stage. */
  at(stage: Stage): PatchesOf
  /** Receives what each patch does, as the resources are computed. */
  readonly record?: ((effect: ResourceEffect) => void) | undefined
}

/** What one patch did to a part of a resource. */
export interface PatchEffect {
  readonly patch: Patch
  /** The way to the part: `filter chain 0.0.0.0_8080`, `HTTP filters`; empty for the whole resource. */
  readonly part: readonly string[]
  /** undefined for what the patch added. */
  readonly before: JsonValue | undefined
  /** undefined for what the patch removed. */
  readonly after: JsonValue | undefined
  /** Why istiod panics at this patch, and leaves the rest as it is. */
  readonly failure?: string
}

/** The same, with the resource. */
export interface ResourceEffect extends PatchEffect {
  readonly kind: 'listener' | 'cluster' | 'route configuration' | 'extension'
  /** Its name before all patches. */
  readonly resource: string
}

/** Whether a patch adds a listener or cluster in a stage. One for any context adds to the outbound side only. */
export const addsTo = (stage: Stage, { operation, match }: Patch): boolean =>
  operation === 'ADD' && (stage !== 'SIDECAR_INBOUND' || match?.context === stage)

/** What has an order, so that INSERT_* means something. */
const ORDERED: readonly ApplyTo[] = ['HTTP_FILTER', 'NETWORK_FILTER', 'LISTENER_FILTER', 'HTTP_ROUTE']

const NONE: readonly Patch[] = []

const attachmentOf = ({ workloadSelector, targetRefs }: EnvoyFilter): Attachment => ({
  labels: workloadSelector?.labels ?? EMPTY_MAP,
  targets: targetRefs,
})

function patchOf(filter: EnvoyFilterResource, written: EnvoyConfigObjectPatch, index: number): Patch {
  const { applyTo, match } = written
  const stated = written.patch?.operation ?? 'INVALID'
  const operation = stated.startsWith('INSERT_') && !ORDERED.includes(applyTo) ? 'ADD' : stated
  return { filter, index, applyTo, operation, match, value: patchValueOf(written).message }
}

/** The patches of a filter, whatever the proxy. */
const patchesOfFilter = oncePer((filter: EnvoyFilterResource): readonly Patch[] =>
  filter.spec.configPatches.map((written, index) => patchOf(filter, written, index)),
)

/** By priority, the root namespace first, then by age and name. */
function inOrder(rootNamespace: string, filters: readonly EnvoyFilterResource[]): readonly EnvoyFilterResource[] {
  const rank = ({ meta }: EnvoyFilterResource) => (meta.namespace === rootNamespace ? 0 : 1)
  const nameOf = ({ meta }: EnvoyFilterResource) => `${meta.name}.${meta.namespace}`
  return [...filters].sort(
    (a, b) =>
      a.spec.priority - b.spec.priority ||
      rank(a) - rank(b) ||
      a.meta.creationTime - b.meta.creationTime ||
      compareBytes(nameOf(a), nameOf(b)),
  )
}

function byKind(patches: readonly Patch[]): PatchesOf {
  const kinds = groupBy(patches, ({ applyTo }) => applyTo)
  return (applyTo) => kinds.get(applyTo) ?? NONE
}

/** The EnvoyFilters that apply to a proxy, whatever their patches match, in the order of their patches. */
export function envoyFiltersOf(view: Pick<ProxyView, 'proxy' | 'registry'>): readonly EnvoyFilterResource[] {
  const { istio, mesh } = view.registry.snapshot
  return inOrder(mesh.rootNamespace, policiesOf(view, istio.envoyFilters, 'root-first', attachmentOf))
}

/** The patches of some EnvoyFilters that are for a proxy. */
function patchesOf(view: ProxyView, filters: readonly EnvoyFilterResource[]): ProxyPatches | undefined {
  const patches = filters.flatMap(patchesOfFilter).filter((patch) => matchesProxy(patch.match, view.proxy))
  if (patches.length === 0) return undefined
  const stage = (name: Stage) =>
    once(() => byKind(patches.filter(({ match }) => ['ANY', name].includes(match?.context ?? 'ANY'))))
  const stages = {
    SIDECAR_INBOUND: stage('SIDECAR_INBOUND'),
    SIDECAR_OUTBOUND: stage('SIDECAR_OUTBOUND'),
    GATEWAY: stage('GATEWAY'),
  }
  return { patches, at: (name) => stages[name]() }
}

const kept = oncePer((view: ProxyView) => patchesOf(view, envoyFiltersOf(view)))

const DESTINATION_FIELDS = ['cluster', 'weightedClusters', 'rds', 'routeConfig', 'scopedRoutes']

const MOVING: readonly ApplyTo[] = ['LISTENER', 'FILTER_CHAIN', 'NETWORK_FILTER']

/** Whether a patch may remove or move a listener or chain that is there, or let it lead elsewhere. */
export function movesTraffic({ applyTo, operation, value }: Patch): boolean {
  if (applyTo === 'LISTENER') return operation !== 'ADD'
  if (applyTo !== 'NETWORK_FILTER' || operation !== 'MERGE') return MOVING.includes(applyTo)
  const config = mappingAt(value, 'typedConfig')
  return DESTINATION_FIELDS.some((field) => fieldAt(config, field) !== undefined)
}

const isOutbound = ({ match }: Patch): boolean => ['ANY', 'SIDECAR_OUTBOUND'].includes(match?.context ?? 'ANY')

/** Whether an EnvoyFilter may move what sidecars send. */
export const mayMoveOutbound = (filter: EnvoyFilterResource): boolean =>
  patchesOfFilter(filter).some((patch) => isOutbound(patch) && movesTraffic(patch))

/** Whether patches may move what a sidecar sends. */
export const movesOutbound = ({ at }: Pick<ProxyPatches, 'at'>): boolean =>
  MOVING.some((kind) => at('SIDECAR_OUTBOUND')(kind).some(movesTraffic))

/** The same patches, with a recorder of what each does. */
export function patchesRecording(view: ProxyView, record: (effect: ResourceEffect) => void): ProxyPatches | undefined {
  const patches = patchesFor(view)
  return patches && { ...patches, record }
}

/** The patches that apply to a proxy; undefined when there are none. */
export function patchesFor(view: ProxyView): ProxyPatches | undefined {
  return view.registry.snapshot.istio.envoyFilters.length === 0 ? undefined : kept(view)
}
