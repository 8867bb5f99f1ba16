/** What files over a mesh bring, and what they take away. */
import { findingsNotIn } from './compare.ts'
import type { Remaining } from './ignores.ts'
import type { LintFinding } from './rule.ts'

export interface Marks {
  /** What the mesh without the files does not have; ignored findings among them. */
  readonly brought: ReadonlySet<LintFinding>
  /** What only the mesh without the files has. */
  readonly gone: readonly LintFinding[]
}

const hiddenOf = ({ ignored }: Remaining): readonly LintFinding[] => ignored.map(({ finding }) => finding)

/**
 * Compares the findings of a mesh with files over it with those of the mesh without them. One that was ignored and no
 * longer is counts as brought; one that is ignored now is there still.
 */
export function compareMeshes(now: Remaining, before: Remaining): Marks {
  const hidden = hiddenOf(now)
  return {
    brought: new Set([
      ...findingsNotIn(now.kept, before.kept),
      ...findingsNotIn(hidden, [...before.kept, ...hiddenOf(before)]),
    ]),
    gone: findingsNotIn(before.kept, [...now.kept, ...hidden]),
  }
}
