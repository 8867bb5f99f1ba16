import { compareBytes } from '../common/bytes.ts'
import type { Location } from '../sources/location.ts'
import { bool, type Infer, list, map, message, optional, string } from './schema/index.ts'

export const OwnerReference = message(
  'OwnerReference',
  { kind: string, name: string, controller: optional(bool) },
  { open: true },
)
export type OwnerReference = Infer<typeof OwnerReference>

/** What of an object's metadata decides anything (k8s.io/apimachinery ObjectMeta). */
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
  /** '' for kinds that have none. */
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Seconds since 1970; 0 when the manifest states none, which sorts before every stated time. */
  readonly creationTime: number
  readonly generateName: string
  readonly deleting: boolean
  readonly ownerReferences: readonly OwnerReference[]
  /** An API server has taken the object in: it has a uid, which nobody writes by hand. */
  readonly stored: boolean
}

/**
 * One object, decoded once. `spec` is the decoded `spec`, or for kinds without one (EndpointSlice, ConfigMap) the
 * fields of the object itself.
 */
export interface Resource<S = unknown, T = unknown> {
  readonly kind: string
  readonly apiVersion: string
  readonly meta: Metadata
  readonly spec: S
  readonly status: T
  /** '' for the config cluster, else the remote cluster's ID. */
  readonly cluster: string
  readonly location: Location
}

/** `Kind namespace/name`, as messages name an object. */
export function describeResource(
  resource: Pick<Resource, 'kind'> & { meta: Pick<Metadata, 'name' | 'namespace'> },
): string {
  const { namespace, name } = resource.meta
  return `${resource.kind} ${namespace ? `${namespace}/` : ''}${name}`
}

/** Oldest first, then name, then namespace: the order in which istiod prefers most configuration. */
export function byCreationThenName(a: { meta: Metadata }, b: { meta: Metadata }): number {
  return (
    a.meta.creationTime - b.meta.creationTime ||
    compareBytes(a.meta.name, b.meta.name) ||
    compareBytes(a.meta.namespace, b.meta.namespace)
  )
}

/** Oldest first, then namespace, then name. */
export function byCreationThenNamespace(a: { meta: Metadata }, b: { meta: Metadata }): number {
  return (
    a.meta.creationTime - b.meta.creationTime ||
    compareBytes(a.meta.namespace, b.meta.namespace) ||
    compareBytes(a.meta.name, b.meta.name)
  )
}

/** True when every label of the selector is there with its value. An empty selector selects everything. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false
  return true
}
