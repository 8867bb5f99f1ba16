/** Which objects differ between two inputs, by identity: kind, namespace and name. */

import { append } from '../common/collections.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import { differencesOf, sameData } from '../comparison/index.ts'
import { groupOf, kindOf, unmodelledKind } from '../kinds/index.ts'
import type { RawObject } from '../resources/intake/objects.ts'
import type { JsonValue } from '../sources/document.ts'
import { type JsonMapping, mappingAt, textAt } from '../sources/mapping.ts'
import type { InputChange, Sides } from './model.ts'

/** What the API server writes, and what changes without a meaning. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'uid',
  'generation',
  'resourceVersion',
  'selfLink',
  'managedFields',
])

const metadataOf = ({ value }: RawObject): JsonMapping => mappingAt(value, 'metadata')

/** Only an API server gives objects a uid. */
const isStored = (object: RawObject): boolean => textAt(metadataOf(object), 'uid') !== ''

const withoutKeys = (value: JsonMapping, isLeftOut: (key: string) => boolean): JsonMapping =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !isLeftOut(key)))

/** The part of an object that matters, in a form that can be compared. */
function relevantPart(object: RawObject, isHalfStored: boolean): JsonMapping {
  const { apiVersion, kind, value } = object
  const metadata = metadataOf(object)
  const isLeftOut = (key: string): boolean =>
    SERVER_METADATA.has(key) || key === 'annotations' || (isHalfStored && key === 'creationTimestamp')
  const annotations = withoutKeys(mappingAt(metadata, 'annotations'), (key) => key === ANNOTATIONS.lastApplied)
  return {
    ...withoutKeys(value, (key) => key === 'metadata' || (isHalfStored && key === 'status')),
    // Versions that are known are the same object.
    apiVersion: kindOf(apiVersion, kind) ? groupOf(apiVersion) : apiVersion,
    metadata: {
      ...withoutKeys(metadata, isLeftOut),
      ...(Object.keys(annotations).length > 0 && { annotations: annotations as JsonValue }),
    },
  }
}

function namespaceOf(object: RawObject, fallback: string): string {
  const isNamespaced = kindOf(object.apiVersion, object.kind)?.namespaced ?? true
  return isNamespaced ? textAt(metadataOf(object), 'namespace') || fallback : ''
}

const nameOf = (object: RawObject): string =>
  textAt(metadataOf(object), 'name') || textAt(metadataOf(object), 'generateName')

function identityOf(object: RawObject, namespace: string): string {
  const { apiVersion, kind, location } = object
  const { cluster } = location.document
  return JSON.stringify([cluster, groupOf(apiVersion), kind, namespaceOf(object, namespace), nameOf(object)])
}

/** Objects by identity; several of one identity are told apart by their order. */
export function byIdentity({ objects, namespace }: InputObjects): ReadonlyMap<string, RawObject> {
  const counts = new Map<string, number>()
  const out = new Map<string, RawObject>()
  for (const object of objects) {
    const identity = identityOf(object, namespace)
    const count = (counts.get(identity) ?? 0) + 1
    counts.set(identity, count)
    out.set(count === 1 ? identity : `${identity} ${count}`, object)
  }
  return out
}

/** The objects of one input. */
export interface InputObjects {
  readonly objects: readonly RawObject[]
  /** That of objects without one. */
  readonly namespace: string
}

/** An object that differs; a side without it is undefined. */
interface Pair extends Sides<RawObject | undefined> {
  readonly key: string
}

function pairsOf(before: ReadonlyMap<string, RawObject>, after: ReadonlyMap<string, RawObject>): readonly Pair[] {
  const changed: Pair[] = []
  for (const [key, is] of after) {
    const was = before.get(key)
    if (was?.value === is.value) continue
    if (!was || differs(was, is)) changed.push({ key, before: was, after: is })
  }
  for (const [key, was] of before) if (!after.has(key)) changed.push({ key, before: was, after: undefined })
  return changed
}

/** One of two may come from a cluster, which adds what the files do not state. */
const isHalfStored = (before: RawObject, after: RawObject): boolean => isStored(before) !== isStored(after)

function differs(before: RawObject, after: RawObject): boolean {
  const isHalf = isHalfStored(before, after)
  return !sameData(relevantPart(before, isHalf), relevantPart(after, isHalf))
}

function fieldsOf({ before, after }: Pair): InputChange['fields'] {
  if (!before || !after) return []
  const isHalf = isHalfStored(before, after)
  return [...differencesOf(relevantPart(before, isHalf), relevantPart(after, isHalf))].map(
    ({ path, expected, actual }) => ({ path, before: expected, after: actual }),
  )
}

function changeOf(pair: Pair, namespaces: Sides<string>): InputChange {
  const { before, after } = pair
  const object = (after ?? before) as RawObject
  const namespace = namespaceOf(object, after ? namespaces.after : namespaces.before)
  const { cluster } = object.location.document
  const name = `${object.kind} ${namespace ? `${namespace}/` : ''}${nameOf(object)}`
  return {
    mark: !before ? '+' : !after ? '-' : '~',
    kind: object.kind,
    what: cluster === '' ? name : `${name} of cluster ${cluster}`,
    namespace: object.kind === 'Namespace' ? nameOf(object) : namespace,
    locations: { before: before?.location, after: after?.location },
    fields: fieldsOf(pair),
    isModelled: unmodelledKind(object.apiVersion, object.kind) === undefined,
  }
}

/** The objects that differ between two inputs. */
export class ObjectDifference {
  readonly #before: ReadonlyMap<string, RawObject>
  readonly #after: ReadonlyMap<string, RawObject>
  readonly #pairs: ReadonlyMap<InputChange, Pair>
  /** In the order of the input after the change; removed objects come last. */
  readonly changes: readonly InputChange[]

  constructor({ before, after }: Sides<InputObjects>) {
    this.#before = byIdentity(before)
    this.#after = byIdentity(after)
    const namespaces = { before: before.namespace, after: after.namespace }
    const pairs = pairsOf(this.#before, this.#after)
    this.#pairs = new Map(pairs.map((pair) => [changeOf(pair, namespaces), pair]))
    this.changes = [...this.#pairs.keys()]
  }

  /** Whether an object stands elsewhere among the others, which decides if nothing else does. */
  get isReordered(): boolean {
    const before = [...this.#before.keys()].filter((key) => this.#after.has(key))
    const after = [...this.#after.keys()].filter((key) => this.#before.has(key))
    return before.some((key, index) => key !== after[index])
  }

  /** The objects of the input after the change, as if some objects had not changed. */
  without(undone: ReadonlySet<InputChange>): readonly RawObject[] {
    const pairs = [...this.#pairs].flatMap(([change, pair]) => (undone.has(change) ? [pair] : []))
    const byKey = new Map(pairs.map((pair) => [pair.key, pair]))
    const kept = new Map<string, RawObject>()
    for (const [key, object] of this.#after) {
      const pair = byKey.get(key)
      if (!pair) kept.set(key, object)
      else if (pair.before) kept.set(key, pair.before)
    }
    const gone = pairs.filter(({ after }) => !after)
    return gone.length === 0 ? [...kept.values()] : this.#withGone(kept, new Set(gone.map(({ key }) => key)))
  }

  /** Puts removed objects after the one that they followed, because equal times are decided by the order. */
  #withGone(kept: ReadonlyMap<string, RawObject>, gone: ReadonlySet<string>): readonly RawObject[] {
    const following = new Map<string, RawObject[]>()
    let last = ''
    for (const [key, object] of this.#before) {
      if (kept.has(key)) last = key
      else if (gone.has(key)) append(following, last, object)
    }
    const out = [...(following.get('') ?? [])]
    for (const [key, object] of kept) out.push(object, ...(following.get(key) ?? []))
    return out
  }
}
