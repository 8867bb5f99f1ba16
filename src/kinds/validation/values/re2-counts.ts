/** Counts of repetitions, which RE2 limits together. */

/** A counted repetition, with those inside of what it repeats: their counts multiply. */
export interface Repetition {
  readonly count: number
  readonly inner: readonly Repetition[]
}

/** Whether a repetition, with those inside of it, repeats at most so many times. */
export function fitsCount(repetition: Repetition, limit: number): boolean {
  if (repetition.count === 0) return true
  if (repetition.count > limit) return false
  const rest = Math.floor(limit / repetition.count)
  return repetition.inner.every((inner) => fitsCount(inner, rest))
}
