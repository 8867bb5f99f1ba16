/** Compares the findings of two runs. */
import { identityOf } from './identity.ts'
import type { LintFinding } from './rule.ts'

/** The findings that are not in `others`, in order; equal ones are counted. */
export function findingsNotIn(
  findings: readonly LintFinding[],
  others: readonly LintFinding[],
): readonly LintFinding[] {
  const counts = new Map<string, number>()
  for (const other of others) {
    const identity = identityOf(other)
    counts.set(identity, (counts.get(identity) ?? 0) + 1)
  }
  return findings.filter((finding) => {
    const identity = identityOf(finding)
    const count = counts.get(identity) ?? 0
    counts.set(identity, count - 1)
    return count <= 0
  })
}

export interface Changed {
  /** Findings that the commit did not have; equal ones are counted. */
  readonly fresh: readonly LintFinding[]
  /** How many findings of the commit no longer exist. */
  readonly gone: number
}

/** Separates the findings that a change adds from earlier ones. */
export function newFindings(now: readonly LintFinding[], before: readonly LintFinding[]): Changed {
  const fresh = findingsNotIn(now, before)
  return { fresh, gone: before.length - (now.length - fresh.length) }
}
