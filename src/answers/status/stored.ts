/** The status that is stored in an object. */
import type { ConditionGroup, ObjectStatus } from '../../derivation/status.ts'
import { GATEWAY_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping, listAt, textAt } from '../../sources/mapping.ts'

/** The lists of a status whose entries have conditions, each with the field that identifies an entry. */
export const LISTS = [
  { list: 'listeners', key: 'name', word: 'listener' },
  { list: 'parents', key: 'parentRef', word: 'parent' },
  { list: 'ancestors', key: 'ancestorRef', word: 'ancestor' },
] as const

type ListKey = (typeof LISTS)[number]['key']

/** The stored status; undefined for an object without one. */
export function storedStatus({ resource }: ObjectStatus): JsonMapping | undefined {
  const status = resource.status as JsonValue
  return isMapping(status) ? status : undefined
}

export const mappingsAt = (value: JsonMapping | undefined, key: string): readonly JsonMapping[] =>
  listAt(value, key).filter((item) => isMapping(item))

/** A reference with the defaults of the API server, as text. */
function referenceKey(value: JsonValue | undefined, namespace: string): string {
  const field = (name: string, fallback: JsonValue): JsonValue => fieldAt(value, name) ?? fallback
  return JSON.stringify([
    field('group', GATEWAY_GROUP),
    field('kind', 'Gateway'),
    field('name', ''),
    field('namespace', '') || namespace,
    field('sectionName', ''),
    field('port', 0),
  ])
}

/** What tells the entries of a list apart: a listener's name, or a reference and the controller that writes about it. */
function entryKey(entry: JsonMapping, key: ListKey, namespace: string): string {
  if (key === 'name') return textAt(entry, key)
  return JSON.stringify([textAt(entry, 'controllerName'), referenceKey(entry[key], namespace)])
}

/** A stored entry of a list, and the computed one that istiod writes in its place. */
export interface EntryPair {
  readonly stored: JsonMapping | undefined
  readonly computed: ConditionGroup | undefined
}

/**
 * The entries of a list: the stored ones in their order, then the computed ones that are new. Listeners are in the order
 * in which the object states them.
 */
export function pairedEntries(
  stored: readonly JsonMapping[],
  computed: readonly ConditionGroup[],
  key: ListKey,
  namespace: string,
): readonly EntryPair[] {
  const left = new Map(computed.map((group) => [entryKey(group.fields, key, namespace), group]))
  const pairs = stored.map((entry): EntryPair => {
    const id = entryKey(entry, key, namespace)
    const group = left.get(id)
    left.delete(id)
    return { stored: entry, computed: group }
  })
  const added = [...left.values()].map((group) => ({ stored: undefined, computed: group }))
  if (key !== 'name') return [...pairs, ...added]
  const byGroup = new Map([...pairs, ...added].map((pair) => [pair.computed, pair]))
  return [...computed.flatMap((group) => byGroup.get(group) ?? []), ...pairs.filter((pair) => !pair.computed)]
}

/** Whether istiod removes a stored entry that it does not compute: those of other controllers stay. */
export function isRemoved({ stored, computed }: EntryPair, { controllers }: ObjectStatus): boolean {
  if (computed || !stored) return false
  return controllers === undefined || controllers.includes(textAt(stored, 'controllerName'))
}

/** A condition that istiod takes away when it no longer holds. */
const REMOVED = 'InsecureFrontendValidationMode'

/** Whether istiod leaves a stored condition that it does not compute. */
export const isKept = (type: string): boolean => type !== REMOVED
