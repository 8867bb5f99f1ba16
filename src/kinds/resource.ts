import { compareBytes } from '../common/bytes.ts'
import type { PathStep } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { bool, type Infer, list, map, message, optional, string } from './schema/index.ts'
import { isStated, type ObjectPart, type ObjectSource, writtenPath } from './stated.ts'

export const OwnerReference = message(
  'OwnerReference',
  { kind: string, name: string, controller: optional(bool) },
  { open: true },
)
export type OwnerReference = Infer<typeof OwnerReference>

/** The metadata that affects an answer (k8s.io/apimachinery ObjectMeta). */
export const ObjectMeta = message(
  'metadata',
  {
    name: string,
    generateName: string,
    namespace: string,
    labels: map(string),
    annotations: map(string),
    creationTimestamp: string,
    deletionTimestamp: string,
    ownerReferences: list(OwnerReference),
    resourceVersion: string,
    uid: string,
  },
  { open: true },
)

export interface Metadata {
  readonly name: string
  /** '' for cluster-scoped kinds. */
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Seconds since 1970; 0 when the manifest has none, which sorts before every real time. */
  readonly creationTime: number
  readonly generateName: string
  readonly deleting: boolean
  readonly ownerReferences: readonly OwnerReference[]
  /** The object came from an API server: it has a uid, which is never written by hand. */
  readonly stored: boolean
}

/** The parts of a decoded object. */
export interface ResourceParts<S, T> {
  readonly kind: string
  readonly apiVersion: string
  readonly meta: Metadata
  readonly spec: S
  readonly status: T
  /** '' for the config cluster, else the remote cluster's ID. */
  readonly cluster: string
  readonly location: Location
}

/**
 * One object, decoded once. `spec` is the decoded `spec`, or for kinds without one (EndpointSlice, ConfigMap) the
 * fields of the object itself. Every field has a value, even one that is not written: `states` tells them apart.
 */
export class Resource<S = unknown, T = unknown> implements ResourceParts<S, T> {
  readonly kind: string
  readonly apiVersion: string
  readonly meta: Metadata
  readonly spec: S
  readonly status: T
  readonly cluster: string
  readonly location: Location
  readonly #source: ObjectSource

  /** @param source how to find which fields are written; the definition of the object's kind is one */
  constructor(parts: ResourceParts<S, T>, source: ObjectSource) {
    this.kind = parts.kind
    this.apiVersion = parts.apiVersion
    this.meta = parts.meta
    this.spec = parts.spec
    this.status = parts.status
    this.cluster = parts.cluster
    this.location = parts.location
    this.#source = source
  }

  /**
   * Whether a field is written, whatever its value: an entry without `location` and one with `location: MESH_EXTERNAL`
   * have the same `spec`, but `entry.states('spec', 'location')` is false for the first. A null is not a value. Use the
   * field names of `spec`; the text may have either spelling. Kinds without a spec (EndpointSlice, ConfigMap) have the
   * fields of the object under `'spec'`.
   *
   * This costs nothing while objects are read: the first call for an object reads its document again.
   * @param path from the object's root: `'spec', 'ports', 0, 'targetPort'`
   * @throws Error when a message on the way has no such field: a bug in the caller
   */
  states<F extends keyof S & string>(part: 'spec', field: F, ...path: readonly PathStep[]): boolean
  states(part: 'metadata' | 'status', ...path: readonly PathStep[]): boolean
  states(part: ObjectPart, ...path: readonly PathStep[]): boolean {
    return isStated(this, this.#source, part, path)
  }

  /**
   * A path from the object's root with the keys that the text has: a field may be written as `exportTo` or as
   * `export_to`. What is not written keeps its name.
   */
  written(path: readonly PathStep[]): readonly PathStep[] {
    return writtenPath(this, this.#source, path)
  }

  /** The object that the user wrote: this one, unless istiod made it of another. */
  get madeOf(): Resource {
    return this
  }

  /** The object with other parts; its text stays the same. */
  with(parts: Partial<Pick<ResourceParts<S, T>, 'meta' | 'spec' | 'status'>>): Resource<S, T> {
    return new Resource({ ...this, ...parts }, this.#source)
  }
}

/** What names an object in messages. */
interface Named {
  readonly kind: string
  readonly meta: Pick<Metadata, 'name' | 'namespace'>
}

/** `Kind namespace/name`, as used in messages. An object that istiod made is described by what it is made of. */
export function describeResource(resource: Named & { readonly madeOf?: Named }): string {
  const { kind, meta } = resource.madeOf ?? resource
  const { namespace, name } = meta
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}

/** Oldest first, then by name, then by namespace: the order in which istiod prefers most configuration. */
export function byCreationThenName(a: { meta: Metadata }, b: { meta: Metadata }): number {
  return (
    a.meta.creationTime - b.meta.creationTime ||
    compareBytes(a.meta.name, b.meta.name) ||
    compareBytes(a.meta.namespace, b.meta.namespace)
  )
}

/** Oldest first, then by namespace, then by name. */
export function byCreationThenNamespace(a: { meta: Metadata }, b: { meta: Metadata }): number {
  return (
    a.meta.creationTime - b.meta.creationTime ||
    compareBytes(a.meta.namespace, b.meta.namespace) ||
    compareBytes(a.meta.name, b.meta.name)
  )
}

/** Whether the labels have every label of the selector with its value. An empty selector selects everything. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false
  return true
}
