/** Effects by their causes. */
import { groupBy } from '../../common/collections.ts'
import type { Cause, Difference, InputChange, JoinedEffect } from '../../difference/model.ts'

/** The effects of one cause. */
export interface CausedEffects {
  readonly cause: Cause
  readonly effects: readonly JoinedEffect[]
}

/** Effects in groups of the same cause, in their order. */
export function byCause({ effects, changes }: Difference): readonly CausedEffects[] {
  const numbers = new Map(changes.map((change, index) => [change, index]))
  const numberOf = (change: InputChange): number => numbers.get(change) ?? -1
  const keyOf = ({ cause }: JoinedEffect): string =>
    JSON.stringify([cause.certainty === 'one-of', ...cause.changes.map(numberOf).sort((a, b) => a - b)])
  return [...groupBy(effects, keyOf).values()].map((group) => ({ cause: group[0].cause, effects: group }))
}

/** The changes that no effect comes from, and those whose effects vipctl does not know. */
export function withoutEffect({ changes, effects }: Difference): {
  readonly unfelt: readonly InputChange[]
  readonly unknown: readonly InputChange[]
} {
  const caused = new Set(effects.flatMap(({ cause }) => cause.changes))
  const others = changes.filter((change) => !caused.has(change))
  return {
    unfelt: others.filter(({ isModelled }) => isModelled),
    unknown: others.filter(({ isModelled }) => !isModelled),
  }
}

/** A cause of several changes in words; empty for a single change. */
export function causeText({ changes, certainty }: Cause): string {
  if (changes.length === 0) return 'the order of objects, or settings of the mesh'
  if (changes.length === 1) return ''
  return certainty === 'one-of' ? 'one or more of these changes' : 'these changes together'
}
