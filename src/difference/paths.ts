/** Where two resources differ, with items of lists matched by their names instead of their places. */
import { type ComparedKind, ordered, sameData } from '../comparison/index.ts'
import type { JsonValue, PathStep } from '../sources/document.ts'
import { fieldAt, isMapping } from '../sources/mapping.ts'
import type { ChangedField } from './model.ts'

type Items = readonly JsonValue[]

/** Keys that name an item of a list, in Envoy's messages. */
const NAME_KEYS = ['name', 'clusterName', 'key'] as const

function nameOfItem(item: JsonValue): string | undefined {
  if (!isMapping(item)) return undefined
  for (const key of NAME_KEYS) {
    const name = fieldAt(item, key)
    if (typeof name === 'string') return `${key}=${name}`
  }
  return undefined
}

/** Items by their names; undefined if some have none, or share one. */
function named(items: Items): ReadonlyMap<string, JsonValue> | undefined {
  const out = new Map<string, JsonValue>()
  for (const item of items) {
    const name = nameOfItem(item)
    if (name === undefined || out.has(name)) return undefined
    out.set(name, item)
  }
  return out
}

/** How many items at the beginning are the same; `from` the end if asked for. */
function sameItems(before: Items, after: Items, most: number, fromEnd: boolean): number {
  let count = 0
  while (count < most) {
    const [one, other] = fromEnd
      ? [before[before.length - 1 - count], after[after.length - 1 - count]]
      : [before[count], after[count]]
    if (!sameData(one, other)) return count
    count++
  }
  return count
}

/** What lies between the items that both lists begin and end with. */
function* betweenSameEnds(before: Items, after: Items, path: readonly PathStep[]): Iterable<ChangedField> {
  const shorter = Math.min(before.length, after.length)
  const start = sameItems(before, after, shorter, false)
  const end = sameItems(before, after, shorter - start, true)
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  for (let index = 0; index < Math.max(old.length, now.length); index++) {
    yield* changedFields(old[index], now[index], [...path, start + index])
  }
}

function* inLists(before: Items, after: Items, path: readonly PathStep[]): Iterable<ChangedField> {
  const [old, now] = [named(before), named(after)]
  if (!old || !now) {
    yield* betweenSameEnds(before, after, path)
    return
  }
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    yield* changedFields(old.get(name), now.get(name), [...path, name])
  }
  const kept = [...old.keys()].filter((name) => now.has(name))
  const order = [...now.keys()].filter((name) => old.has(name))
  if (kept.some((name, index) => name !== order[index])) yield { path: [...path, 'order'], before: kept, after: order }
}

/** The innermost places at which two values differ. */
function* changedFields(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly PathStep[] = [],
): Iterable<ChangedField> {
  if (sameData(before, after)) return
  if (Array.isArray(before) && Array.isArray(after)) {
    yield* inLists(before, after, path)
    return
  }
  if (!isMapping(before) || !isMapping(after)) {
    yield { path, before, after }
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* changedFields(fieldAt(before, key), fieldAt(after, key), [...path, key])
  }
}

/** The same for two resources of a kind, whose lists may have any order if istiod leaves it open. */
export function resourceFields(
  kind: ComparedKind,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly ChangedField[] {
  const inOrder = (value: JsonValue | undefined): JsonValue | undefined => {
    if (value === undefined) return undefined
    const [first] = ordered(kind, [value]) as readonly JsonValue[]
    return first
  }
  return [...changedFields(inOrder(before), inOrder(after))]
}
