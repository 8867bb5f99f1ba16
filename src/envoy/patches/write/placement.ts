/** Where a patch puts its value in a list of filters or routes. */
import type { PatchOperation } from '../../../kinds/messages/envoy-filter.ts'
import type { JsonMapping } from '../../../sources/mapping.ts'

/** A list after an operation. */
export interface Placed {
  readonly items: readonly JsonMapping[]
  /** What is no longer there. */
  readonly removed: readonly JsonMapping[]
  /** Whether the value is there now. */
  readonly isAdded: boolean
}

const without = (items: readonly JsonMapping[], isNamed: (item: JsonMapping) => boolean): Placed => ({
  items: items.filter((item) => !isNamed(item)),
  removed: items.filter(isNamed),
  isAdded: false,
})

function splice(items: readonly JsonMapping[], at: number, gone: number, value: JsonMapping): Placed {
  const after = [...items]
  return { removed: after.splice(at, gone, value), items: after, isAdded: true }
}

/**
 * Adds, removes or replaces an item.
 * @param isNamed whether the match names an item; undefined when it names none
 * @param value absent for REMOVE only
 * @returns undefined when the operation does nothing here
 */
export function place(
  items: readonly JsonMapping[],
  operation: PatchOperation,
  isNamed: ((item: JsonMapping) => boolean) | undefined,
  value: JsonMapping | undefined,
): Placed | undefined {
  if (operation === 'REMOVE') return isNamed && items.some(isNamed) ? without(items, isNamed) : undefined
  if (value === undefined) return undefined
  if (operation === 'ADD') return splice(items, items.length, 0, value)
  if (operation === 'INSERT_FIRST') return splice(items, 0, 0, value)
  if (!isNamed) {
    if (operation === 'INSERT_BEFORE') return splice(items, 0, 0, value)
    return operation === 'INSERT_AFTER' ? splice(items, items.length, 0, value) : undefined
  }
  const at = items.findIndex(isNamed)
  if (at < 0) return undefined
  if (operation === 'INSERT_BEFORE') return splice(items, at, 0, value)
  if (operation === 'INSERT_AFTER') return splice(items, at + 1, 0, value)
  return operation === 'REPLACE' ? splice(items, at, 1, value) : undefined
}
