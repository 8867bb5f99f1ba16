import { keepingWhole, type Memory } from '../memory.ts'
import { filteredAfter } from './lists.ts'

/**
 * A part of a list: the items for which something is true. With a memory, only items that came are asked.
 * @param isOfPart must depend on nothing but the item
 * @returns the function with the memory, the name of the list and the list
 */
export function keepingPart<T, P extends T = T>(
  isOfPart: ((item: T) => item is P) | ((item: T) => boolean),
): (memory: Memory | undefined, name: unknown, items: readonly T[]) => readonly P[] {
  const partOf = keepingWhole(
    (items: readonly T[]): readonly T[] => items.filter(isOfPart),
    (part, hunks, items) => filteredAfter(part, hunks, items, isOfPart),
  )
  // Most kinds have no objects, and a memory keeps a limited number of lists.
  return (memory, name, items) => (items.length === 0 ? [] : partOf(memory, name, items)) as readonly P[]
}
