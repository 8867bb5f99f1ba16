/** What is made of a list, after changes of the list. */

import { groupBy } from '../collections.ts'
import { areFew, comeOf, goneOf, type Hunk, withHunks } from './hunks.ts'
import { changedMap } from './maps.ts'

/** The index after the last item that is not greater than another one, in an ascending list. */
function upperBound<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle] as T, item) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A sorted list after changes of the list that was sorted.
 * @returns undefined if it must be sorted again, such as for new items that are equal to others
 */
export function sortedAfter<T>(
  sorted: readonly T[],
  hunks: readonly Hunk<T>[],
  compare: (a: T, b: T) => number,
): readonly T[] | undefined {
  if (!areFew(hunks)) return undefined
  const out = [...sorted]
  for (const item of goneOf(hunks)) {
    const at = out.indexOf(item)
    if (at < 0) return undefined
    out.splice(at, 1)
  }
  const come = new Set<T>()
  for (const item of comeOf(hunks)) {
    const at = upperBound(out, item, compare)
    const last = out[at - 1]
    if (last !== undefined && compare(last, item) === 0 && !come.has(last)) return undefined
    out.splice(at, 0, item)
    come.add(item)
  }
  return out
}

/**
 * A part of a list, those items for which something is true, after changes of the list.
 * @param items the list now
 * @returns undefined if it must be filtered again
 */
export function filteredAfter<T>(
  part: readonly T[],
  hunks: readonly Hunk<T>[],
  items: readonly T[],
  isOfPart: (item: T) => boolean,
): readonly T[] | undefined {
  if (!areFew(hunks)) return undefined
  const isGone = new Set(goneOf(hunks))
  // Something that has moved would be in two places until the other one is changed.
  if (comeOf(hunks).some((item) => isGone.has(item))) return undefined
  let out = part
  for (const { to, gone, come } of hunks) {
    const [left, added] = [gone.filter(isOfPart), come.filter(isOfPart)]
    if (left.length + added.length === 0) continue
    const before = items.slice(0, to).findLast(isOfPart)
    const at = before === undefined ? 0 : out.indexOf(before) + 1
    out = withHunks(out, [{ at, gone: left, come: added }])
  }
  return out
}

/**
 * As `groupBy` of a list, after changes of the list.
 * @returns undefined if the groups must be rebuilt
 */
export function groupsAfter<T, K>(
  groups: ReadonlyMap<K, readonly T[]>,
  hunks: readonly Hunk<T>[],
  items: readonly T[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, readonly T[]> | undefined {
  if (!areFew(hunks)) return undefined
  const isGone = new Set(goneOf(hunks))
  const stays = (item: T): boolean => !isGone.has(item)
  const changes = new Map<K, readonly T[] | undefined>([...isGone].map((item) => [keyOf(item), undefined]))
  for (const [key, come] of groupBy(comeOf(hunks), keyOf)) changes.set(key, come)
  for (const key of changes.keys()) {
    if (!groups.get(key)?.some(stays)) continue
    const all = items.filter((item) => keyOf(item) === key)
    changes.set(key, all)
  }
  return changedMap(groups, changes, () => groupBy(items, keyOf))
}
