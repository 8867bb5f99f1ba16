/**
 * The definition of a kind. Everything about a kind, except what is computed with its objects, is stated once in the
 * kind's own file; every table about kinds is derived from the definitions (list.ts).
 */
import type { BehaviourName } from '../releases/behaviours/table.ts'
import type { JsonMapping } from '../sources/mapping.ts'
import type { CrdVerdict } from './crds/check.ts'
import type { Resource } from './resource.ts'
import type { Type } from './schema/index.ts'
import type { Report } from './validation/report.ts'

/**
 * What a live cluster is read for: `addresses` covers all that automatic addresses depend on, `names` the name table,
 * `configuration` Envoy's resources, `proxies` the list of proxies. `everything` includes all of these, and is the only
 * purpose that some kinds are read for.
 */
export type Reads = 'addresses' | 'names' | 'configuration' | 'proxies' | 'everything'

/** A kind in the API server's terms. */
export interface ApiKind {
  readonly kind: string
  /** '' for the core group. */
  readonly group: string
  /** The name in paths and roles: `serviceentries`. */
  readonly plural: string
  /** Best first: the first version that a live cluster serves is requested. */
  readonly versions: readonly [string, ...string[]]
  readonly namespaced: boolean
}

/** A kind whose objects are read from files and live clusters. */
interface ReadKind extends ApiKind {
  /** The clusters whose objects istiod reads: the config cluster only, or all. */
  readonly clusters: 'config' | 'all'
  /** The purposes for which these objects are read from a live cluster; empty for a kind that is never listed. */
  readonly readFor: readonly Reads[]
}

/** Field names of a mapping; an entry with a value checks the mapping (or each item of the list) under that name. */
export type KnownFields = ReadonlyMap<string, KnownFields | undefined>

/**
 * A kind that the pipeline computes with.
 *
 * `validate` and `withDefaults` are methods so that a kind of any spec is a `ModelledKind`. Call them only with values
 * decoded by the same definition.
 */
export interface ModelledKind<S = unknown, T = unknown> extends ReadKind {
  /** The behaviour without which istiod does not know the kind; absent: every istiod does. */
  readonly readWith?: BehaviourName
  /** One of Istio's own kinds, which istiod's admission check validates. */
  readonly istio: boolean
  readonly spec: Type<S>
  /** The fields of the spec are in the object itself instead of under `spec`. */
  readonly flat: boolean
  readonly status: Type<T>
  /** The status affects an answer, so it is kept for objects of live clusters. */
  readonly keepsStatus: boolean
  /** The field of the snapshot that holds the objects; kinds may share one. undefined for a kind without one. */
  readonly list: string | undefined
  /** discoverySelectors exclude objects in other namespaces. */
  readonly discovered: boolean
  /** Changing one object does not change how others are read, so fixes can be tried in memory. */
  readonly editable: boolean
  /** What an answer may miss when vipctl may not read these objects from a live cluster. */
  readonly misses: string
  /** None of the kind's numbers is a file mode (written in octal on purpose), so a number such as 0123 is a mistake. */
  readonly octalIsMistake: boolean
  /** The known fields, for a schema that accepts any field; undefined to skip the check for unknown ones. */
  readonly knownFields: KnownFields | undefined
  /** Fields of the spec that the server or a controller sets once, and that stay when a file omits them. */
  readonly serverFields: readonly string[]
  /** What the API server says about an object as it is written, for kinds whose schema it checks by rules. */
  check?(object: JsonMapping, apiVersion: string): CrdVerdict
  /** istiod's admission check of one object. */
  validate?(resource: Resource<S, T>, report: Report): void
  /** The spec as the API server would store it. */
  withDefaults?(spec: S): S
  /** Whether an object can affect an answer; absent: every object can. */
  matters?(object: JsonMapping): boolean
  /** What `snapshot` writes of an object besides its type and metadata. Anything that may hold secrets is omitted. */
  record(object: JsonMapping): JsonMapping
}

/** What decides whether an object of an unmodelled kind has an effect. */
export interface UnmodelledContext {
  readonly object: JsonMapping
  /** A boolean setting of istiod's environment. */
  flag(name: string, fallback: boolean): boolean
  /** Whether istiod does something (see releases/). */
  has(behaviour: BehaviourName): boolean
}

/** A kind that istiod reads and that changes what it sends, but with which vipctl computes nothing. */
export interface UnmodelledKind extends ReadKind {
  /** The part of the answer that such an object may change. */
  readonly differs: string
  /** Absent: every object has an effect. */
  readonly applies?: (context: UnmodelledContext) => boolean
}

/** A modelled kind whose name and list the compiler knows. */
export interface Defined<K extends string, L extends string | undefined, S, T> extends ModelledKind<S, T> {
  readonly kind: K
  readonly list: L
}

/** The decoded objects of a kind. */
export type ResourceOf<D> = D extends { readonly spec: Type<infer S>; readonly status: Type<infer T> }
  ? Resource<S, T>
  : never

/** Kinds listed in live clusters must state what an answer misses without them; others must not. */
export type ReadFor =
  | { readonly readFor: readonly [Reads, ...Reads[]]; readonly misses: string }
  | { readonly readFor: readonly []; readonly misses?: undefined }

/** All fields of a custom resource, including mistakes. */
export function recordAll({ apiVersion: _, kind: __, metadata: ___, ...others }: JsonMapping): JsonMapping {
  return others
}

export function defineUnmodelled<const D extends UnmodelledKind>(definition: D): D {
  return definition
}

/** A kind's name as in kubectl and roles: `serviceentries.networking.istio.io`. */
export const resourceName = ({ plural, group }: ApiKind): string => (group === '' ? plural : `${plural}.${group}`)
