/** The findings that files over a mesh add and remove. */
import { findingsNotIn } from './compare.ts'
import type { Remaining } from './ignores.ts'
import type { LintFinding } from './rule.ts'

export interface Marks {
  /** Findings that the mesh without the files does not have, including ignored ones. */
  readonly brought: ReadonlySet<LintFinding>
  /** Findings of the mesh without the files only. */
  readonly gone: readonly LintFinding[]
}

const hiddenOf = ({ ignored }: Remaining): readonly LintFinding[] => ignored.map(({ finding }) => finding)

/**
 * Compares the findings of a mesh with and without the files over it. A finding that is no longer ignored is added; one
 * that becomes ignored still exists.
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
