/** Maps of lists. */

/** Adds a value to the list of a key; the first value of a key makes its list. */
export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/**
 * Groups items by key. Keys come in the order in which they first appear, the items of a key in the order of the input.
 * (`Map.groupBy` needs Node 21.)
 */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) append(groups, keyOf(item), item)
  return groups
}
