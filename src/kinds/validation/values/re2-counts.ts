/** Repetition counts, whose product RE2 limits. */

/** A counted repetition and those nested in it, whose counts multiply. */
export interface Repetition {
  readonly count: number
  readonly inner: readonly Repetition[]
}

/** Whether a repetition, with those nested in it, stays within a limit. */
export function fitsCount(repetition: Repetition, limit: number): boolean {
  if (repetition.count === 0) return true
  if (repetition.count > limit) return false
  const rest = Math.floor(limit / repetition.count)
  return repetition.inner.every((inner) => fitsCount(inner, rest))
}
