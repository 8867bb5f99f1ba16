/** The objects of one cluster by kind, namespace and name, as the API server keeps them. */
import type { ModelledKind } from '../../kinds/define.ts'
import { kindOf } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

export class ObjectStore {
  readonly #byKind = new Map<string, Map<string, Resource>>()
  /** The kind of the last object: objects of a kind are often next to each other. */
  #last: { readonly kind: string; readonly apiVersion: string; readonly objects: Map<string, Resource> } | undefined

  /**
   * Stores an object as the newest of its kind.
   * @param key its `keyOf`, if known
   * @returns the object of that kind, namespace and name that it replaces
   */
  put(resource: Resource, key = keyOf(resource)): Resource | undefined {
    const objects = this.#forKind(resource)
    const before = objects.get(key)
    // A map keeps the position of a key that is set again, but the later object belongs where it was written.
    if (before) objects.delete(key)
    objects.set(key, resource)
    return before
  }

  /** Replaces an object by its newer form, in the same position. */
  replace(resource: Resource): void {
    this.#forKind(resource).set(keyOf(resource), resource)
  }

  /** All objects of a kind in input order. */
  list<S, T>({ group, kind }: ModelledKind<S, T>): readonly Resource<S, T>[] {
    // The objects under a kind were decoded by that kind's definition.
    return [...(this.#byKind.get(nameOf(group, kind)) ?? NOTHING).values()] as Resource<S, T>[]
  }

  #forKind({ kind, apiVersion }: Resource): Map<string, Resource> {
    if (this.#last?.kind === kind && this.#last.apiVersion === apiVersion) return this.#last.objects
    const name = nameOf(kindOf(apiVersion, kind)?.group ?? '', kind)
    const objects = this.#byKind.get(name) ?? new Map<string, Resource>()
    this.#byKind.set(name, objects)
    this.#last = { kind, apiVersion, objects }
    return objects
  }
}

/** Two groups have a Gateway. */
const nameOf = (group: string, kind: string): string => `${kind}.${group}`

/** What distinguishes the objects of a kind in a cluster. */
export const keyOf = ({ meta }: Resource): string => `${meta.namespace}/${meta.name}`
