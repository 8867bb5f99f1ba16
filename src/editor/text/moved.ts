/** Where parts of a text are after it was edited. */
import { commonPrefix, commonSuffix } from '../../sources/common-text.ts'
import type { Span } from './positions.ts'

/**
 * A function from a part of the old text to the same part of the new one; undefined for a part that the edit touches.
 * The edit is taken to reach from the first character that differs to the last one.
 */
export function movedBy(before: string, after: string): (span: Span) => Span | undefined {
  if (before === after) return (span) => span
  const prefix = commonPrefix(before, after)
  const suffix = commonSuffix(before, after, prefix)
  const distance = after.length - before.length
  return ({ start, end }) => {
    if (end <= prefix) return { start, end }
    return start >= before.length - suffix ? { start: start + distance, end: end + distance } : undefined
  }
}
