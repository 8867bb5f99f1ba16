/** Applies changes to a snapshot, as if it had been read from the changed manifests. */

import { kindOf } from '../../kinds/index.ts'
import { ISTIO_KINDS, type IstioLists, KUBERNETES_KINDS, type KubernetesLists } from '../../kinds/list.ts'
import type { Resource } from '../../kinds/resource.ts'
import { validate } from '../../resources/admission.ts'
import { keepAssumed } from '../../resources/assumed/keep.ts'
import { decodeObject } from '../../resources/intake/decode.ts'
import { ProxyConfig } from '../../resources/mesh/mesh-config.ts'
import type { ClusterObjects, Snapshot, Verdict } from '../../resources/snapshot.ts'
import type { DocumentPlace, JsonValue, PathStep } from '../../sources/document.ts'
import { readValue } from '../../sources/index.ts'
import { isMapping, valueAt } from '../../sources/mapping.ts'
import type { ChangeSet, Edit } from './change.ts'
import { startsWith, withEdits } from './edit.ts'

/**
 * The list of the snapshot for each kind. Kinds that affect how others are read (the mesh configuration, istiod's
 * environment, the namespaces that istiod sees) are excluded: changes to them are not applied in memory.
 */
const ISTIO_LISTS: ReadonlyMap<string, keyof IstioLists> = new Map(
  ISTIO_KINDS.flatMap(({ kind, list, editable }) => (editable ? [[kind, list]] : [])),
)
const KUBERNETES_LISTS: ReadonlyMap<string, keyof KubernetesLists> = new Map(
  KUBERNETES_KINDS.flatMap(({ kind, list, editable }) => (editable && list !== undefined ? [[kind, list]] : [])),
)

const identity = ({ cluster, kind, meta }: Resource): string =>
  JSON.stringify([cluster, kind, meta.namespace, meta.name])

/** In characters of text; the values take about four times as many bytes. */
const MOST_KEPT = 3_000_000

/** The result of editing an object. */
interface Edited {
  readonly resource: Resource
  readonly verdict: Verdict | undefined
}

/** The values of documents, each read once, because the objects of a list share a document. */
export class DocumentValues {
  readonly #values = new Map<DocumentPlace, JsonValue>()
  /** The length of their texts. */
  #length = 0

  of(document: DocumentPlace): JsonValue {
    const known = this.#values.get(document)
    if (known !== undefined) return known
    const value = readValue(document)
    this.#values.set(document, value)
    this.#length += document.end - document.start
    return value
  }

  /** Forgets all values if they take much memory. */
  trim(): void {
    if (this.#length <= MOST_KEPT) return
    this.#values.clear()
    this.#length = 0
  }
}

class Editor {
  readonly #values: DocumentValues
  readonly #snapshot: Snapshot

  constructor(snapshot: Snapshot, values: DocumentValues) {
    this.#snapshot = snapshot
    this.#values = values
  }

  /** An edited object as istiod would read it; undefined if istiod would not accept it. */
  edit(before: Resource, edits: readonly Edit[]): Edited | undefined {
    const { apiVersion, kind, location, meta } = before
    const definition = kindOf(apiVersion, kind)
    const value = valueAt(this.#values.of(location.document), location.path)
    if (!definition || !isMapping(value)) return undefined
    // An object derived from another kind, such as a slice mirrored from Endpoints, has no text of its own.
    if (value.kind !== undefined && value.kind !== kind) return undefined
    const edited = withEdits(value, edits)
    if (!isMapping(edited)) return undefined
    const decoded = decodeObject(
      { apiVersion, kind, value: edited, location, composed: true },
      definition,
      meta.namespace,
    )
    if (decoded.errors.length > 0 || decoded.resource.meta.name === '') return undefined
    const resource = keepAssumed(before, decoded.resource, this.#snapshot.assumed)
    const { errors, warnings } = validate(resource, this.#snapshot.features)
    if (errors.length > 0) return undefined
    return { resource, verdict: warnings.length === 0 ? undefined : { resource, errors, warnings } }
  }
}

/** Inserts an object before the next one in its file, which keeps the order of the text. */
function inserted(list: readonly Resource[], resource: Resource): readonly Resource[] {
  const { file, start } = resource.location.document
  const next = list.findIndex(({ location: { document } }) => document.file === file && document.start > start)
  return next < 0 ? [...list, resource] : [...list.slice(0, next), resource, ...list.slice(next)]
}

const hasTwins = (list: readonly Resource[]): boolean => new Set(list.map(identity)).size < list.length

/** The objects of a snapshot while some are replaced, removed and added. */
class Lists {
  readonly #gone: ReadonlySet<Resource>
  readonly #edited: ReadonlyMap<Resource, Resource>

  constructor(gone: ReadonlySet<Resource>, edited: ReadonlyMap<Resource, Resource>) {
    this.#gone = gone
    this.#edited = edited
  }

  get touched(): readonly Resource[] {
    return [...this.#gone, ...this.#edited.keys()]
  }

  /**
   * @param rejected objects that istiod rejects unless they are edited, and that are in no list
   * @returns undefined when two objects would have the same name
   */
  changed(list: readonly Resource[], rejected: readonly Resource[]): readonly Resource[] | undefined {
    let after: readonly Resource[] = list
      .filter((resource) => !this.#gone.has(resource))
      .map((resource) => this.#edited.get(resource) ?? resource)
    for (const resource of rejected) {
      const accepted = this.#edited.get(resource)
      if (accepted) after = inserted(after, accepted)
    }
    return this.#renames(rejected) && hasTwins(after) ? undefined : after
  }

  /** Only an object with a new name can clash with another. */
  #renames(rejected: readonly Resource[]): boolean {
    return rejected.length > 0 || [...this.#edited].some(([before, after]) => identity(before) !== identity(after))
  }
}

/** The lists of one owner (a cluster, or Istio's objects), rebuilt for the kinds that change. */
function changedLists<L extends string, T extends { readonly [list in L]: readonly Resource[] }>(
  owner: T,
  keys: ReadonlyMap<string, L>,
  lists: Lists,
  { touched, rejected }: { readonly touched: readonly Resource[]; readonly rejected: ReadonlySet<Resource> },
): T | undefined {
  let out = owner
  for (const kind of new Set(touched.map((resource) => resource.kind))) {
    const key = keys.get(kind)
    if (key === undefined) continue
    const isOfKind = (resource: Resource) => resource.kind === kind && rejected.has(resource)
    const after = lists.changed(owner[key], touched.filter(isOfKind))
    if (!after) return undefined
    out = { ...out, [key]: after }
  }
  return out
}

function withProxyMetadata(snapshot: Snapshot, metadata: ReadonlyMap<string, string>): Snapshot {
  if (metadata.size === 0) return snapshot
  const defaultConfig = snapshot.mesh.defaultConfig ?? ProxyConfig.zero
  const proxyMetadata = new Map([...defaultConfig.proxyMetadata, ...metadata])
  return { ...snapshot, mesh: { ...snapshot.mesh, defaultConfig: { ...defaultConfig, proxyMetadata } } }
}

const isKnownKind = ({ kind }: Resource): boolean => ISTIO_LISTS.has(kind) || KUBERNETES_LISTS.has(kind)

function withObjects(snapshot: Snapshot, lists: Lists): Snapshot | undefined {
  const { touched } = lists
  if (touched.length === 0) return snapshot
  if (!touched.every(isKnownKind)) return undefined
  const rejected = new Set(snapshot.verdicts.filter(({ errors }) => errors.length > 0).map(({ resource }) => resource))
  // Whether istiod sees a formerly rejected object depends on the namespaces, which are evaluated during reading.
  if (snapshot.mesh.discoverySelectors.length > 0 && touched.some((resource) => rejected.has(resource)))
    return undefined
  const istio = changedLists(snapshot.istio, ISTIO_LISTS, lists, { touched, rejected })
  if (!istio) return undefined
  const clusters: ClusterObjects[] = []
  for (const [index, cluster] of snapshot.clusters.entries()) {
    const own = touched.filter((resource) => resource.cluster === (index === 0 ? '' : cluster.id))
    const after = changedLists(cluster, KUBERNETES_LISTS, lists, { touched: own, rejected })
    if (!after) return undefined
    clusters.push(after)
  }
  return { ...snapshot, istio, clusters: clusters as [ClusterObjects, ...ClusterObjects[]] }
}

/** Results at locations in objects, without those that the changes rewrite. */
function stillThere<T extends { readonly resource: Resource; readonly path: readonly PathStep[] }>(
  found: readonly T[],
  { edits, removed }: ChangeSet,
  edited: ReadonlyMap<Resource, Resource>,
): readonly T[] {
  return found.flatMap((one): readonly T[] => {
    const { resource, path } = one
    const written = edits.get(resource)?.some((edit) => startsWith(path, edit.path)) ?? false
    return written || removed.has(resource) ? [] : [{ ...one, resource: edited.get(resource) ?? resource }]
  })
}

/**
 * The snapshot with the changes applied; undefined when istiod would reject the result, or when computing it would
 * require reading everything again.
 * @param values keeps what is read for the next changes
 */
export function applyChanges(
  snapshot: Snapshot,
  changes: ChangeSet,
  values = new DocumentValues(),
): Snapshot | undefined {
  const { edits, removed, proxyMetadata } = changes
  const editor = new Editor(snapshot, values)
  const edited = new Map<Resource, Resource>()
  const verdicts: Verdict[] = []
  for (const [resource, of] of edits) {
    const result = editor.edit(resource, of)
    if (!result) return undefined
    edited.set(resource, result.resource)
    if (result.verdict) verdicts.push(result.verdict)
  }
  const after = withObjects(snapshot, new Lists(removed, edited))
  if (!after) return undefined
  const others = snapshot.verdicts.filter(({ resource }) => !edited.has(resource) && !removed.has(resource))
  return withProxyMetadata(
    {
      ...after,
      verdicts: [...others, ...verdicts],
      yamlSurprises: stillThere(snapshot.yamlSurprises, changes, edited),
      unknownFields: stillThere(snapshot.unknownFields, changes, edited),
    },
    proxyMetadata,
  )
}
