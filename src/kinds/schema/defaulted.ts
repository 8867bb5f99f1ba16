/** Values that the API server fills in. */
import { list } from './containers.ts'
import type { Type } from './type.ts'

/** A field that is not absent after all: without a value it has this one. */
export function defaulted<T>(item: Type<T>, value: NoInfer<T>): Type<T> {
  return { ...item, zero: value, decode: (json, context) => item.decode(json, context) }
}

/** A list that has one item with its default values when it is absent. An empty list stays empty, as in the API server. */
export function listOfDefault<T>(item: Type<T>): Type<readonly T[]> {
  const items = list(item)
  let only: readonly T[] | undefined
  const zero = (): readonly T[] => {
    only ??= Object.freeze([item.zero])
    return only
  }
  return {
    ...items,
    get zero() {
      return zero()
    },
    decode: (json, context) => (json === null ? zero() : items.decode(json, context)),
  }
}
