/** The objects of one cluster by kind, namespace and name, as the API server keeps them. */
import type { ModelledKind } from '../../kinds/define.ts'
import { kindOf } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

/** The stored objects of a cluster. */
export interface StoredObjects {
  /** All objects of a kind in input order. */
  list<S, T>(kind: ModelledKind<S, T>): readonly Resource<S, T>[]
  /** The same with other objects of the same kinds and names in the place of some. */
  with(replaced: ReadonlyMap<Resource, Resource>): StoredObjects
}

/** An ObjectStore with other lists of some kinds. */
class LaterObjects implements StoredObjects {
  readonly #store: StoredObjects
  readonly #lists: ReadonlyMap<string, readonly Resource[]>

  constructor(store: StoredObjects, lists: ReadonlyMap<string, readonly Resource[]>) {
    this.#store = store
    this.#lists = lists
  }

  list<S, T>(kind: ModelledKind<S, T>): readonly Resource<S, T>[] {
    const list = this.#lists.get(nameOf(kind.group, kind.kind))
    return list === undefined ? this.#store.list(kind) : (list as readonly Resource<S, T>[])
  }

  with(replaced: ReadonlyMap<Resource, Resource>): StoredObjects {
    return new LaterObjects(this.#store, new Map([...this.#lists, ...listsWith(this, replaced)]))
  }
}

/** The lists in which something is replaced. */
function listsWith(
  store: StoredObjects,
  replaced: ReadonlyMap<Resource, Resource>,
): ReadonlyMap<string, readonly Resource[]> {
  const lists = new Map<string, Resource[]>()
  for (const [before, now] of replaced) {
    const kind = kindOf(now.apiVersion, now.kind)
    if (!kind) continue
    const name = nameOf(kind.group, kind.kind)
    const list = lists.get(name) ?? [...store.list(kind)]
    lists.set(name, list)
    list[list.indexOf(before)] = now
  }
  return lists
}

export class ObjectStore implements StoredObjects {
  readonly #byKind = new Map<string, Map<string, Resource>>()
  /** Those that were asked for since the last change. */
  readonly #lists = new Map<string, readonly Resource[]>()
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

  list<S, T>({ group, kind }: ModelledKind<S, T>): readonly Resource<S, T>[] {
    const name = nameOf(group, kind)
    const list = this.#lists.get(name) ?? [...(this.#byKind.get(name) ?? NOTHING).values()]
    this.#lists.set(name, list)
    // The objects under a kind were decoded by that kind's definition.
    return list as readonly Resource<S, T>[]
  }

  with(replaced: ReadonlyMap<Resource, Resource>): StoredObjects {
    return new LaterObjects(this, listsWith(this, replaced))
  }

  #forKind({ kind, apiVersion }: Resource): Map<string, Resource> {
    if (this.#lists.size > 0) this.#lists.clear()
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
