/** Lists, and maps by key. */

import { ChangedMap } from './changes/maps.ts'

/** Adds items to the end of a list. `push(...items)` fills the stack if there are more than a hundred thousand. */
export function appendAll<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item)
}

/** Whether two lists have the same items in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean = Object.is): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index] as T))
}

/** Adds a value to the list of a key, creating the list if the key is new. */
export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/**
 * Groups items by key. Keys are in order of first appearance, the items of a key in input order. (`Map.groupBy` needs
 * Node 21.)
 */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) append(groups, keyOf(item), item)
  return groups
}

/** As `groupBy`, but a list with the same items as that of another map is the other map's: it is kept once. */
export function groupLike<T, K>(
  items: Iterable<T>,
  keyOf: (item: T) => K,
  other: ReadonlyMap<K, readonly T[]>,
): ReadonlyMap<K, readonly T[]> {
  const groups: Map<K, readonly T[]> = groupBy(items, keyOf)
  for (const [key, own] of groups) {
    const known = other.get(key)
    if (known && sameList(known, own)) groups.set(key, known)
  }
  return groups
}

/** Items by key; of several with one key, the first. */
export function firstBy<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V> {
  const out = new Map<K, V>()
  for (const item of items) {
    const key = keyOf(item)
    if (!out.has(key)) out.set(key, item)
  }
  return out
}

/** The most entries of a small map: among more, a Map finds a key sooner. */
const MOST_SMALL = 8

/**
 * A map of a few entries, such as labels. A Map allocates a table for four entries, 184 bytes in all, and each object of a
 * mesh has one or two. A small map of one entry takes 48 bytes, and finds a key as fast.
 */
class SmallMap<V> implements ReadonlyMap<string, V> {
  readonly #key: string
  readonly #value: V
  /** The entries after the first one. */
  readonly #rest: readonly (readonly [string, V])[]

  constructor([key, value]: readonly [string, V], rest: readonly (readonly [string, V])[]) {
    this.#key = key
    this.#value = value
    this.#rest = rest
  }

  get size(): number {
    return 1 + this.#rest.length
  }

  get(key: string): V | undefined {
    return key === this.#key ? this.#value : this.#rest.find(([other]) => other === key)?.[1]
  }

  has(key: string): boolean {
    return key === this.#key || this.#rest.some(([other]) => other === key)
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void, self?: unknown): void {
    for (const [key, value] of this) visit.call(self, value, key, this)
  }

  keys(): ArrayIterator<string> {
    return [this.#key, ...this.#rest.map(([key]) => key)].values()
  }

  values(): ArrayIterator<V> {
    return [this.#value, ...this.#rest.map(([, value]) => value)].values()
  }

  entries(): ArrayIterator<[string, V]> {
    return [
      [this.#key, this.#value] as [string, V],
      ...this.#rest.map(([key, value]): [string, V] => [key, value]),
    ].values()
  }

  [Symbol.iterator](): ArrayIterator<[string, V]> {
    return this.entries()
  }
}

const NONE: readonly never[] = Object.freeze([])
/** The map without entries, whatever its keys and values. An absent map of a message is another one (`kinds/schema/`). */
export const EMPTY_MAP: ReadonlyMap<never, never> = new Map<never, never>()

/**
 * @param entries with distinct keys
 * @returns a map with the entries in this order
 */
export function compactMap<V>(entries: readonly (readonly [string, V])[]): ReadonlyMap<string, V> {
  const [first] = entries
  if (!first) return EMPTY_MAP
  if (entries.length > MOST_SMALL) return new Map(entries)
  return new SmallMap(first, entries.length === 1 ? NONE : entries.slice(1))
}

/** Whether a value of unknown type is a map of any class. */
export const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> =>
  value instanceof Map || value instanceof SmallMap || value instanceof ChangedMap
