/**
 * What a definition of a kind states. Everything that the program knows of a kind, apart from what it computes with its
 * objects, is stated once, in the kind's own file; each table about kinds is made from the definitions (list.ts).
 */
import type { JsonMapping } from '../sources/mapping.ts'
import type { Resource } from './resource.ts'
import type { Type } from './schema/index.ts'
import type { Report } from './validation/report.ts'

/**
 * What a live cluster is read for: `addresses` is all that automatic addresses depend on, `names` the name table,
 * `configuration` Envoy's resources, `proxies` which proxies there are. `everything` takes in all of them, and is the
 * only answer to some kinds.
 */
export type Reads = 'addresses' | 'names' | 'configuration' | 'proxies' | 'everything'

/** A kind as an API server serves it. */
export interface ApiKind {
  readonly kind: string
  /** '' for the core group. */
  readonly group: string
  /** The name in paths and roles: `serviceentries`. */
  readonly plural: string
  /** The best first: a live cluster is asked for the first one that it serves. */
  readonly versions: readonly [string, ...string[]]
  readonly namespaced: boolean
}

/** A kind whose objects are looked for in files and live clusters. */
interface ReadKind extends ApiKind {
  /** Whose objects istiod looks at: those of the config cluster alone, or those of every cluster. */
  readonly clusters: 'config' | 'all'
  /** What a live cluster is asked for these objects for; empty for a kind that is never listed. */
  readonly readFor: readonly Reads[]
}

/** Field names of a mapping; an entry with a value checks the mapping (or each item of the list) under that name. */
export type KnownFields = ReadonlyMap<string, KnownFields | undefined>

/**
 * A kind that the pipeline computes with.
 *
 * `validate` and `withDefaults` are methods so that a kind of any spec is a `ModelledKind`: they may be called only with
 * what was decoded by the same definition.
 */
export interface ModelledKind<S = unknown, T = unknown> extends ReadKind {
  /** One of Istio's own kinds, which istiod's admission check judges. */
  readonly istio: boolean
  readonly spec: Type<S>
  /** The fields of the spec stand in the object itself instead of under `spec`. */
  readonly flat: boolean
  readonly status: Type<T>
  /** The status decides something, and is kept of the objects of live clusters. */
  readonly keepsStatus: boolean
  /** The field of the snapshot that holds the objects; kinds may share one. undefined for a kind without one. */
  readonly list: string | undefined
  /** discoverySelectors leave out objects of other namespaces. */
  readonly discovered: boolean
  /** A change of one object changes nothing in how others are read, so that fixes can be tried in memory. */
  readonly editable: boolean
  /** What an answer may miss when the objects of a live cluster must not be read. */
  readonly misses: string
  /** No number is the mode of a file, which is octal on purpose: a number such as 0123 is a mistake. */
  readonly octalIsMistake: boolean
  /** Fields that exist, where the schema takes any field; undefined where unknown ones are not looked for. */
  readonly knownFields: KnownFields | undefined
  /** Fields of the spec that the server or a controller fills in once, and that stay when a file leaves them out. */
  readonly serverFields: readonly string[]
  /** istiod's admission check of one object. */
  validate?(resource: Resource<S, T>, report: Report): void
  /** The spec as the API server would store it. */
  withDefaults?(spec: S): S
  /** Whether an object has a part in any answer; absent: each has one. */
  matters?(object: JsonMapping): boolean
  /** What `snapshot` writes of an object beside its type and metadata. Whatever may hold secrets is left out. */
  record(object: JsonMapping): JsonMapping
}

/** What decides whether an object that is not modelled has an effect at all. */
export interface UnmodelledContext {
  readonly object: JsonMapping
  /** A boolean setting of istiod's environment. */
  flag(name: string, fallback: boolean): boolean
}

/** A kind that istiod reads, that changes what it sends, and of which nothing is computed. */
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

/** What the objects of a kind are once they are decoded. */
export type ResourceOf<D> = D extends { readonly spec: Type<infer S>; readonly status: Type<infer T> }
  ? Resource<S, T>
  : never

/** Which kinds are listed in live clusters: those of which an answer misses something. */
export type ReadFor =
  | { readonly readFor: readonly [Reads, ...Reads[]]; readonly misses: string }
  | { readonly readFor: readonly []; readonly misses?: undefined }

/** Everything of a custom resource, its mistakes included. */
export function recordAll({ apiVersion: _, kind: __, metadata: ___, ...others }: JsonMapping): JsonMapping {
  return others
}

export function defineUnmodelled<const D extends UnmodelledKind>(definition: D): D {
  return definition
}

/** `serviceentries.networking.istio.io`, as kubectl and roles name a kind. */
export const resourceName = ({ plural, group }: ApiKind): string => (group === '' ? plural : `${plural}.${group}`)
