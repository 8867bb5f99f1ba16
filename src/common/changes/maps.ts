/** Maps that differ from others in some keys. */

import { once } from '../once.ts'

/** The most keys in which a map differs from the one that it refers to. */
const MOST_CHANGES = 256

/** Rebuilds a map in its order, which the changes do not hold. It must not refer to earlier maps: that would keep them alive. */
type Whole<K, V> = (get: (key: K) => V | undefined) => ReadonlyMap<K, V>

/** A map that differs from another one in some keys. The other one stays as it is. */
export class ChangedMap<K, V> implements ReadonlyMap<K, V> {
  readonly base: ReadonlyMap<K, V>
  /** Undefined for keys that are no longer there. */
  readonly changes: ReadonlyMap<K, V | undefined>
  readonly size: number
  readonly #whole: () => ReadonlyMap<K, V>

  constructor(base: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | undefined>, whole: Whole<K, V>) {
    this.base = base
    this.changes = changes
    this.#whole = once(() => whole((key) => this.get(key)))
    let { size } = base
    for (const [key, value] of changes) size += (value === undefined ? 0 : 1) - (base.has(key) ? 1 : 0)
    this.size = size
  }

  get(key: K): V | undefined {
    const value = this.changes.get(key)
    return value !== undefined || this.changes.has(key) ? value : this.base.get(key)
  }

  has(key: K): boolean {
    return this.changes.has(key) ? this.changes.get(key) !== undefined : this.base.has(key)
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.#whole()) callback(value, key, this)
  }

  entries(): MapIterator<[K, V]> {
    return this.#whole().entries()
  }

  keys(): MapIterator<K> {
    return this.#whole().keys()
  }

  values(): MapIterator<V> {
    return this.#whole().values()
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }
}

/**
 * A map with other values of some keys.
 * @param changes undefined for keys that are no longer there
 * @param whole rebuilds the same map in its order
 */
export function changedMap<K, V>(
  map: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V | undefined>,
  whole: Whole<K, V>,
): ReadonlyMap<K, V> {
  if (!(map instanceof ChangedMap)) return new ChangedMap(map, changes, whole)
  const all = new Map<K, V | undefined>([...map.changes, ...changes])
  const changed = new ChangedMap<K, V>(map.base, all, whole)
  return all.size > MOST_CHANGES ? whole((key) => changed.get(key)) : changed
}
