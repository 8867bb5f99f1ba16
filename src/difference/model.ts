/** What differs between two meshes, as proxies notice it: the types that the files of this stage share. */
import type { NameRecord } from '../dns/name-table.ts'
import type { ExplainedCluster } from '../envoy/clusters/index.ts'
import type { ExplainedLoadAssignment } from '../envoy/endpoints/index.ts'
import type { ExplainedListener, ListenerConflict } from '../envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration } from '../envoy/routes/index.ts'
import type { Mark } from '../findings/changes/index.ts'
import type { Reach } from '../findings/conflicts/index.ts'
import type { LintFinding } from '../findings/lint/index.ts'
import type { Node } from '../proxy/node.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { ProxyView } from '../scope/view.ts'
import type { JsonValue, PathStep } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'

/** The same thing in the mesh before and in the mesh after. */
export interface Sides<T> {
  readonly before: T
  readonly after: T
}

/** Something that differs, by its name. A side that does not have it is undefined. */
export interface Changed<T> extends Sides<T | undefined> {
  readonly name: string
}

/** What an effect is about; `--fail-on` names these. In the order in which they are printed. */
export const EFFECT_KINDS = [
  'vip-change',
  'vip-gone',
  'vip-new',
  'conflict-new',
  'conflict-gone',
  'unreachable',
  'reachable',
  'listener-lost',
  'listener-won',
  'dns-change',
  'route-change',
  'cluster-change',
  'endpoint-change',
  'mtls-change',
  'finding-new',
  'finding-gone',
  'resource-change',
] as const
export type EffectKind = (typeof EFFECT_KINDS)[number]

/** The kinds of resources that a proxy receives, by the names that `vipctl dump` gives them. */
export const RESOURCE_KINDS = ['nds', 'lds', 'cds', 'eds', 'rds'] as const
export type ResourceKind = (typeof RESOURCE_KINDS)[number]

/** One resource of a proxy. */
export interface ResourceName {
  readonly kind: ResourceKind
  readonly name: string
}

/** An object of the input. */
export interface Source {
  /** `ServiceEntry shop/db`, `mesh configuration` */
  readonly what: string
  readonly location: Location
}

export interface Subject {
  readonly kind: 'host' | 'listener' | 'route' | 'cluster' | 'proxy' | 'object'
  readonly name: string
}

/** What a proxy, or a client that sends through it, notices. */
export interface Effect {
  readonly kind: EffectKind
  readonly subject: Subject
  /** The value that changed in short, such as the addresses; absent on a side that has none. */
  readonly before?: string | undefined
  readonly after?: string | undefined
  /** A sentence without a full stop that names the subject, but not the proxies. */
  readonly sentence: string
  /** The manifests that the subject comes from on each side, the deciding one first. */
  readonly sources: Sides<readonly Source[]>
  /** The differing resources that the sentence explains; what no effect covers becomes a `resource-change`. */
  readonly covers: readonly ResourceName[]
}

/** The service ports that a sidecar's listeners and routes lead to. */
export interface ReachedPorts extends Pick<Reach, 'reached' | 'skipped' | 'patched'> {
  /** The hosts whose listeners take the connections to every address, by port. */
  readonly takers: ReadonlyMap<number, string>
}

/** What one proxy gets in two meshes: only what differs is listed. */
export interface ComparedProxy {
  /** undefined on a side that has no such proxy. */
  readonly views: Sides<ProxyView | undefined>
  readonly nds: readonly Changed<NameRecord>[]
  readonly lds: readonly Changed<ExplainedListener>[]
  readonly cds: readonly Changed<ExplainedCluster>[]
  readonly eds: readonly Changed<ExplainedLoadAssignment>[]
  readonly rds: readonly Changed<ExplainedRouteConfiguration>[]
  /** All conflicts of its listeners, also those of both sides. */
  readonly conflicts: Sides<readonly ListenerConflict[]>
  /** undefined for routers, and for a proxy that gets the same on both sides. */
  readonly reach: Sides<ReachedPorts | undefined>
}

/** What the proxies of a mesh share. */
export interface MeshSide {
  /** Its registry has the hosts with their automatic addresses. */
  readonly scope: ScopeContext
  /** Empty if lint was not asked for. */
  readonly findings: readonly LintFinding[]
}

/** Proxies that get the same, on both sides. */
export interface ProxyGroup {
  readonly kind: 'sidecars' | 'gateway' | 'workload'
  /** The value for `--proxy`, or the description of a gateway that is not in the input; '' for sidecars. */
  readonly name: string
  /** Those of the sidecars, sorted; that of the workload. */
  readonly namespaces: readonly string[]
  /** `with DNS capture`; empty if both kinds of sidecars get the same. */
  readonly condition: string
  /** undefined on a side that has no such proxy. */
  readonly nodes: Sides<Node | undefined>
  /** The group before it has the same clusters and endpoints. */
  readonly sharesClusters: boolean
}

/** A field of a changed object; undefined on a side that does not state it. */
export interface ChangedField extends Sides<JsonValue | undefined> {
  readonly path: readonly PathStep[]
}

/** Something that differs between the inputs of two meshes, and may be the cause of effects. */
export interface InputChange {
  /** New, changed or gone. */
  readonly mark: Mark
  /** Of the object; `behaviour` for what another release of istiod does differently. */
  readonly kind: string
  /** `ServiceEntry shop/db`, or the name of what another release of istiod does differently. */
  readonly what: string
  /** What it means, for changes that do not explain themselves; one paragraph per item. */
  readonly about?: readonly string[]
  /** '' for what is in no namespace. */
  readonly namespace: string
  /** undefined on a side that does not have it. */
  readonly locations: Sides<Location | undefined>
  readonly fields: readonly ChangedField[]
  /** false for objects of kinds that istiod reads and vipctl does not model: what they change is not known. */
  readonly isModelled: boolean
}

/**
 * `proven`: undoing each of the changes ends the effect. `stated`: the effect comes from the manifest that changed, and
 * nothing was computed. `one-of`: each of them may be it.
 */
export type Certainty = 'proven' | 'stated' | 'one-of'

export interface Cause {
  /** Empty if no object changed, so that the order of objects or the settings of the mesh decide. */
  readonly changes: readonly InputChange[]
  readonly certainty: Certainty
}

/** An effect for all proxies that notice it. */
export interface JoinedEffect {
  readonly effect: Effect
  /** Empty for effects on the mesh as such. */
  readonly groups: readonly ProxyGroup[]
  readonly cause: Cause
}

/** What a group of proxies gets. */
export interface ComparedGroup {
  readonly group: ProxyGroup
  readonly compared: ComparedProxy
}

export interface Difference {
  readonly changes: readonly InputChange[]
  /** Those whose resources differ. */
  readonly groups: readonly ComparedGroup[]
  /** By cause, then in the order of `EFFECT_KINDS`. */
  readonly effects: readonly JoinedEffect[]
  /** The namespaces whose sidecars were compared. */
  readonly namespaces: readonly string[]
  /** Namespaces that differ from others in objects that did not change, and are treated as if they did not. */
  readonly folded: number
  /** Workloads whose proxies are left out, because there are too many. */
  readonly leftOut: number
}
