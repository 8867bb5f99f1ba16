/** Merges manifests over the objects of a mesh, as the API server would when they are applied. */

import { ANNOTATIONS } from '../../common/istio-names.ts'
import { kindOf } from '../../kinds/index.ts'
import { groupOf } from '../../kinds/lookup.ts'
import type { JsonValue } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { isMapping, type JsonMapping, mappingAt, textAt } from '../../sources/mapping.ts'
import { parseTime } from './decode.ts'
import type { RawObject } from './objects.ts'

/** An object that the files add (`+`) or change (`~`). */
export interface ObjectChange {
  readonly mark: '+' | '~'
  readonly kind: string
  /** '' for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
  /** '' for the config cluster. */
  readonly cluster: string
  readonly location: Location
}

export interface Overlaid {
  /**
   * The mesh's objects in their order, then the new ones. An object that a file changes comes before its changed form,
   * and stays if istiod rejects the change.
   */
  readonly objects: readonly RawObject[]
  /** The changed objects, each of which replaces the one before it. */
  readonly replacing: ReadonlySet<RawObject>
  /** Objects of the mesh that are changed. */
  readonly replaced: ReadonlySet<RawObject>
  /** In file order, without objects that stay the same. */
  readonly changes: readonly ObjectChange[]
}

/** Metadata that the server writes; a file cannot set it. */
const SERVER_METADATA = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
  'resourceVersion',
  'selfLink',
  'managedFields',
] as const

const EXTERNAL_NAME = 'ExternalName'

/** The end of the year 9999: later times have another format. */
const LAST_SECOND = 253_402_300_799

const EMPTY: JsonMapping = {}

/** Entries as an object of own keys, whatever their names. */
const objectOf = (entries: Iterable<readonly [string, JsonValue]>): { [key: string]: JsonValue } =>
  Object.fromEntries(entries)

function without(value: JsonMapping, keys: readonly string[]): { [key: string]: JsonValue } {
  return objectOf(Object.entries(value).filter(([key]) => !keys.includes(key)))
}

/** The fields in `keys` that a value has. */
function only(value: JsonMapping, keys: readonly string[]): { [key: string]: JsonValue } {
  return objectOf(Object.entries(value).filter(([key]) => keys.includes(key)))
}

/** The object as its author last applied it, if kubectl recorded it. */
function lastApplied(live: JsonMapping): JsonMapping {
  const text = textAt(mappingAt(mappingAt(live, 'metadata'), 'annotations'), ANNOTATIONS.lastApplied)
  try {
    const value = JSON.parse(text) as JsonValue
    return isMapping(value) ? value : EMPTY
  } catch {
    return EMPTY
  }
}

/**
 * Labels or annotations: those of the file, and those on the live object that were set by others. Without kubectl's
 * record of what was applied, all of the live object's are treated as set by others.
 */
function mergeTexts(live: JsonMapping, file: JsonMapping, applied: JsonMapping): { [key: string]: JsonValue } {
  const others = Object.entries(live).filter(([key]) => !Object.hasOwn(applied, key) && key !== ANNOTATIONS.lastApplied)
  return objectOf([...others, ...Object.entries(file)])
}

function updatedMetadata(live: JsonMapping, file: JsonMapping, applied: JsonMapping): { [key: string]: JsonValue } {
  const out = { ...without(file, SERVER_METADATA), ...only(live, SERVER_METADATA) }
  for (const key of ['labels', 'annotations'] as const) {
    const merged = mergeTexts(mappingAt(live, key), mappingAt(file, key), mappingAt(applied, key))
    if (Object.keys(merged).length > 0) out[key] = merged
  }
  // Controllers set these.
  const owners = Object.hasOwn(file, 'ownerReferences') ? file.ownerReferences : live.ownerReferences
  if (owners !== undefined) out.ownerReferences = owners
  return out
}

function updatedSpec({ apiVersion, kind }: RawObject, live: JsonMapping, file: JsonMapping): JsonMapping {
  const keys = kindOf(apiVersion, kind)?.serverFields ?? []
  if (keys.length === 0 || textAt(file, 'type') === EXTERNAL_NAME) return file
  return { ...only(live, keys), ...file }
}

/** A live object after a file is applied to it. */
function updated(live: RawObject, file: RawObject): RawObject {
  const { value: before } = live
  const { value: after } = file
  const metadata = updatedMetadata(
    mappingAt(before, 'metadata'),
    mappingAt(after, 'metadata'),
    mappingAt(lastApplied(before), 'metadata'),
  )
  const value: { [key: string]: JsonValue } = { ...without(after, ['status']), metadata }
  if (Object.hasOwn(after, 'spec')) {
    value.spec = updatedSpec(file, mappingAt(before, 'spec'), mappingAt(after, 'spec'))
  }
  if (Object.hasOwn(before, 'status')) value.status = before.status as JsonValue
  return { ...file, value, composed: true }
}

/** A new object, without the fields that only the server writes. */
function created(file: RawObject, creationTimestamp: string): RawObject {
  const metadata = { ...without(mappingAt(file.value, 'metadata'), SERVER_METADATA), creationTimestamp }
  return { ...file, value: { ...without(file.value, ['status']), metadata }, composed: true }
}

interface Identity {
  readonly key: string
  readonly namespace: string
  readonly name: string
}

function identityOf({ apiVersion, kind, value, location }: RawObject, defaultNamespace: string): Identity {
  const metadata = mappingAt(value, 'metadata')
  const namespaced = kindOf(apiVersion, kind)?.namespaced ?? true
  const namespace = namespaced ? textAt(metadata, 'namespace') || defaultNamespace : ''
  const name = textAt(metadata, 'name')
  return {
    key: JSON.stringify([location.document.cluster, groupOf(apiVersion), kind, namespace, name]),
    namespace,
    name,
  }
}

/** One second after the newest object of the mesh was created. */
function nextTime(objects: readonly RawObject[]): string {
  let newest = 0
  for (const { value } of objects) {
    newest = Math.max(newest, parseTime(textAt(mappingAt(value, 'metadata'), 'creationTimestamp')) ?? 0)
  }
  return new Date(Math.min(newest + 1, LAST_SECOND) * 1000).toISOString()
}

/** Whether two JSON values are equal, ignoring the order of keys. */
function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]))
  }
  if (!isMapping(a) || !isMapping(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

/** The part of an object that a user can change. */
function statedPart({ apiVersion, value }: RawObject): JsonValue {
  const metadata = mappingAt(value, 'metadata')
  const annotations = without(mappingAt(metadata, 'annotations'), [ANNOTATIONS.lastApplied])
  return {
    ...without(value, ['apiVersion', 'status']),
    // Istio's versions are equivalent, and the server stores one of them.
    group: groupOf(apiVersion),
    metadata: { labels: mappingAt(metadata, 'labels') as JsonValue, annotations },
  }
}

/**
 * Merges the objects of files over those of a mesh, object by object.
 *
 * An existing object keeps its creation time, its status and what the server has set, so its position in every order
 * and its stored addresses stay the same. A new object is the newest of all. Status and creation times in files have no
 * effect.
 * @param defaultNamespace for objects without one
 */
export function overlayObjects(
  base: readonly RawObject[],
  files: readonly RawObject[],
  defaultNamespace: string,
): Overlaid {
  const places = new Map<string, number>()
  for (const [index, object] of base.entries()) {
    const { key, name } = identityOf(object, defaultNamespace)
    if (name !== '') places.set(key, index)
  }
  const time = nextTime(base)
  const changes = new Map<string, ObjectChange>()
  const replacing = new Map<number, RawObject>()
  const others: RawObject[] = []
  for (const object of files) {
    const { key, namespace, name } = identityOf(object, defaultNamespace)
    const place = places.get(key)
    const live = place === undefined ? undefined : base[place]
    const laid = live ? updated(live, object) : created(object, time)
    // Keep duplicates in the files, which are reported later.
    if (place === undefined || replacing.has(place)) others.push(laid)
    else replacing.set(place, laid)
    changes.delete(key)
    if (live && same(statedPart(live), statedPart(laid))) continue
    const { kind, location } = object
    changes.set(key, { mark: live ? '~' : '+', kind, namespace, name, cluster: location.document.cluster, location })
  }
  const objects = base.flatMap((object, index) => {
    const laid = replacing.get(index)
    if (!laid) return [object]
    // Only modelled kinds can be rejected.
    return kindOf(object.apiVersion, object.kind) ? [object, laid] : [laid]
  })
  return {
    objects: [...objects, ...others],
    replacing: new Set(replacing.values()),
    replaced: new Set(base.filter((_, index) => replacing.has(index))),
    changes: [...changes.values()],
  }
}
