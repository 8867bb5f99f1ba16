/** Changes to a mesh's manifests: the content of a fix. */
import type { Resource } from '../../kinds/resource.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'

/** Sets the value at a path of an object. */
export interface Replacement {
  readonly path: readonly PathStep[]
  readonly value: JsonValue
}

/** Removes a value with its key, or as an item of a list. */
export interface Removal {
  readonly path: readonly PathStep[]
  readonly remove: true
}

/** Paths refer to the original object: no edit shifts the items that another one names. */
export type Edit = Replacement | Removal

export const isRemoval = (edit: Edit): edit is Removal => 'remove' in edit

export type Change =
  | { readonly kind: 'edit'; readonly resource: Resource; readonly edits: readonly Edit[] }
  | { readonly kind: 'remove'; readonly resource: Resource }
  /** Added to `defaultConfig.proxyMetadata` of the mesh configuration. */
  | { readonly kind: 'proxy-metadata'; readonly metadata: ReadonlyMap<string, string> }

/** Changes grouped by what they change. */
export interface ChangeSet {
  /** Paths are relative to the object. */
  readonly edits: ReadonlyMap<Resource, readonly Edit[]>
  readonly removed: ReadonlySet<Resource>
  readonly proxyMetadata: ReadonlyMap<string, string>
}

/** Combines changes, with paths as the objects write them. A removed object needs no edits. */
export function changeSet(changes: Iterable<Change>): ChangeSet {
  const edits = new Map<Resource, Edit[]>()
  const removed = new Set<Resource>()
  const proxyMetadata = new Map<string, string>()
  for (const change of changes) {
    if (change.kind === 'remove') removed.add(change.resource)
    else if (change.kind === 'edit') {
      const known = edits.get(change.resource) ?? []
      edits.set(change.resource, known)
      for (const edit of change.edits) known.push({ ...edit, path: change.resource.written(edit.path) })
    } else for (const [name, value] of change.metadata) proxyMetadata.set(name, value)
  }
  for (const resource of removed) edits.delete(resource)
  return { edits, removed, proxyMetadata }
}
