/** Computes a value on first use and keeps it. */
export function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined
  return () => {
    value ??= { of: compute() }
    return value.of
  }
}

/** The same for each object; the value lives as long as the object. */
export function oncePer<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const values = new WeakMap<K, { readonly of: V }>()
  return (key) => {
    const known = values.get(key)
    if (known) return known.of
    const value = { of: compute(key) }
    values.set(key, value)
    return value.of
  }
}

/** The same for each key, such as a name. */
export function oncePerKey<K, V>(compute: (key: K) => V): (key: K) => V {
  const values = new Map<K, { readonly of: V }>()
  return (key) => {
    const known = values.get(key)
    if (known) return known.of
    const value = { of: compute(key) }
    values.set(key, value)
    return value.of
  }
}
