/** Lists, and maps by key. */

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

/** Items by key; of several with one key, the first. */
export function firstBy<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V> {
  const out = new Map<K, V>()
  for (const item of items) {
    const key = keyOf(item)
    if (!out.has(key)) out.set(key, item)
  }
  return out
}
