/** Changes of a mesh's manifests as values: what a fix consists of, and a snapshot with them applied. */
import { decodeObject } from '../../resources/decode.ts'
import { ProxyConfig } from '../../resources/istio/mesh-config.ts'
import { kindOf, type ServiceEntryResource } from '../../resources/kinds.ts'
import { isMapping } from '../../resources/objects.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { validate } from '../../resources/validation/index.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { readValue } from '../../sources/index.ts'

/** A value that is to stand at a path, whatever stands there now. */
export interface Edit {
  readonly path: readonly PathStep[]
  readonly value: JsonValue
}

export type Change =
  | { readonly kind: 'edit'; readonly entry: ServiceEntryResource; readonly edits: readonly Edit[] }
  | { readonly kind: 'remove'; readonly entry: ServiceEntryResource }
  /** Added to `defaultConfig.proxyMetadata` of the mesh configuration. */
  | { readonly kind: 'proxy-metadata'; readonly metadata: ReadonlyMap<string, string> }

/** Changes by what they change, each thing once. */
export interface ChangeSet {
  /** Paths count from the object. */
  readonly edits: ReadonlyMap<ServiceEntryResource, readonly Edit[]>
  readonly removed: ReadonlySet<ServiceEntryResource>
  readonly proxyMetadata: ReadonlyMap<string, string>
}

/** Joins changes. An entry that goes needs no edits. */
export function changeSet(changes: Iterable<Change>): ChangeSet {
  const edits = new Map<ServiceEntryResource, Edit[]>()
  const removed = new Set<ServiceEntryResource>()
  const proxyMetadata = new Map<string, string>()
  for (const change of changes) {
    if (change.kind === 'remove') removed.add(change.entry)
    else if (change.kind === 'edit') {
      const known = edits.get(change.entry) ?? []
      edits.set(change.entry, known)
      known.push(...change.edits)
    } else for (const [name, value] of change.metadata) proxyMetadata.set(name, value)
  }
  for (const entry of removed) edits.delete(entry)
  return { edits, removed, proxyMetadata }
}

function withEdit(value: JsonValue | undefined, path: readonly PathStep[], leaf: JsonValue): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return leaf
  if (Array.isArray(value)) {
    const copy = [...value]
    copy[Number(step)] = withEdit(copy[Number(step)], rest, leaf)
    return copy
  }
  const copy: { [key: string]: JsonValue } = Object.create(null)
  if (isMapping(value)) for (const [key, item] of Object.entries(value)) copy[key] = item
  copy[String(step)] = withEdit(copy[String(step)], rest, leaf)
  return copy
}

/** A value with others in it replaced; missing mappings on the way are made. The value itself stays as it is. */
export function withEdits(value: JsonValue, edits: readonly Edit[]): JsonValue {
  return edits.reduce<JsonValue>((edited, { path, value: leaf }) => withEdit(edited, path, leaf), value)
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: JsonValue | undefined, path: readonly PathStep[]): JsonValue | undefined {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)]
    else if (isMapping(found) && Object.hasOwn(found, String(step))) found = found[String(step)]
    else return undefined
  }
  return found
}

/** An edited entry as istiod would take it; undefined when it would not. */
function editedEntry(entry: ServiceEntryResource, edits: readonly Edit[], snapshot: Snapshot) {
  const { apiVersion, kind, location } = entry
  const definition = kindOf(apiVersion, kind)
  const value = valueAt(readValue(location.document), location.path)
  if (!definition || !isMapping(value)) return undefined
  const edited = withEdits(value, edits)
  if (!isMapping(edited)) return undefined
  const decoded = decodeObject({ apiVersion, kind, value: edited, location }, definition, entry.meta.namespace)
  if (decoded.errors.length > 0 || validate(decoded.resource, snapshot.features).errors.length > 0) return undefined
  return decoded.resource as ServiceEntryResource
}

function withProxyMetadata(snapshot: Snapshot, metadata: ReadonlyMap<string, string>): Snapshot {
  if (metadata.size === 0) return snapshot
  const defaultConfig = snapshot.mesh.defaultConfig ?? ProxyConfig.zero
  const proxyMetadata = new Map([...defaultConfig.proxyMetadata, ...metadata])
  return { ...snapshot, mesh: { ...snapshot.mesh, defaultConfig: { ...defaultConfig, proxyMetadata } } }
}

/** The snapshot with the changes applied; undefined when istiod would reject what comes out. */
export function applyChanges(snapshot: Snapshot, { edits, removed, proxyMetadata }: ChangeSet): Snapshot | undefined {
  const edited = new Map<ServiceEntryResource, ServiceEntryResource>()
  for (const [entry, of] of edits) {
    const result = editedEntry(entry, of, snapshot)
    if (!result) return undefined
    edited.set(entry, result)
  }
  const serviceEntries = snapshot.istio.serviceEntries
    .filter((entry) => !removed.has(entry))
    .map((entry) => edited.get(entry) ?? entry)
  return withProxyMetadata({ ...snapshot, istio: { ...snapshot.istio, serviceEntries } }, proxyMetadata)
}
