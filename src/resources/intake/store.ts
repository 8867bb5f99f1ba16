/** The objects of one cluster by kind, namespace and name, as the API server keeps them. */
import type { ModelledKind } from '../../kinds/define.ts'
import type { Resource } from '../../kinds/resource.ts'

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

export class ObjectStore {
  readonly #byKind = new Map<string, Map<string, Resource>>()
  /** The kind of the last object: objects of a kind are often next to each other. */
  #last: { readonly kind: string; readonly objects: Map<string, Resource> } | undefined

  /**
   * Stores an object as the newest of its kind.
   * @param key its `keyOf`, if known
   * @returns the object of that kind, namespace and name that it replaces
   */
  put(resource: Resource, key = keyOf(resource)): Resource | undefined {
    const objects = this.#forKind(resource.kind)
    const before = objects.get(key)
    // A map keeps the position of a key that is set again, but the later object belongs where it was written.
    if (before) objects.delete(key)
    objects.set(key, resource)
    return before
  }

  /** Replaces an object by its newer form, in the same position. */
  replace(resource: Resource): void {
    this.#forKind(resource.kind).set(keyOf(resource), resource)
  }

  /** All objects of a kind in input order. */
  list<S, T>({ kind }: ModelledKind<S, T>): readonly Resource<S, T>[] {
    // The objects under a kind were decoded by that kind's definition.
    return [...this.#of(kind).values()] as Resource<S, T>[]
  }

  #forKind(kind: string): Map<string, Resource> {
    if (this.#last?.kind === kind) return this.#last.objects
    const objects = this.#byKind.get(kind) ?? new Map<string, Resource>()
    this.#byKind.set(kind, objects)
    this.#last = { kind, objects }
    return objects
  }

  #of(kind: string): ReadonlyMap<string, Resource> {
    return this.#byKind.get(kind) ?? NOTHING
  }
}

/** What distinguishes the objects of a kind in a cluster. */
export const keyOf = ({ meta }: Resource): string => `${meta.namespace}/${meta.name}`
