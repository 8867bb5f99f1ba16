/** Computes a value on first use and keeps it. */
export function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined
  return () => {
    value ??= { of: compute() }
    return value.of
  }
}

/** What a Map and a WeakMap have alike. */
interface Values<K, V> {
  get(key: K): { readonly of: V } | undefined
  set(key: K, value: { readonly of: V }): unknown
}

function keptIn<K, V>(values: Values<K, V>, compute: (key: K) => V): (key: K) => V {
  return (key) => {
    const known = values.get(key)
    if (known) return known.of
    const value = { of: compute(key) }
    values.set(key, value)
    return value.of
  }
}

/** The same for each object; the value lives as long as the object. */
export const oncePer = <K extends object, V>(compute: (key: K) => V): ((key: K) => V) => keptIn(new WeakMap(), compute)

/** The same for each key, such as a name. */
export const oncePerKey = <K, V>(compute: (key: K) => V): ((key: K) => V) => keptIn(new Map(), compute)

/** How many values are kept for keys that repeat. */
const MOST_REPEATED = 1024

/** The same for keys that repeat. Earlier values are forgotten when there are many, so little is held. */
export function oncePerRepeated<K, V>(compute: (key: K) => V): (key: K) => V {
  const values = new Map<K, { readonly of: V }>()
  const of = keptIn(values, compute)
  return (key) => {
    if (values.size >= MOST_REPEATED) values.clear()
    return of(key)
  }
}

/** An object with further properties. Unlike a spread, it still computes on first use what the object computes then. */
export function extended<T extends object, M extends object>(base: T, more: M): T & M {
  const properties = { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(more) }
  return Object.defineProperties({}, properties) as T & M
}
