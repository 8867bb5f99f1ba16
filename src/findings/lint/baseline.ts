/** Baselines: findings that are known already. */
import { compareBytes } from '../../common/bytes.ts'
import { fingerprintOf } from './fingerprint.ts'
import { objectKey } from './identity.ts'
import type { LintFinding } from './rule.ts'

/** Equal findings of one object. */
export interface BaselineEntry {
  readonly fingerprint: string
  readonly rule: string
  readonly object: string
  readonly count: number
}

export interface Baseline {
  /** The program that made it. */
  readonly tool: string
  readonly findings: readonly BaselineEntry[]
}

export interface AgainstBaseline {
  /** What the baseline lacks, in the order of the findings. */
  readonly fresh: readonly LintFinding[]
  /** How many findings the baseline has too. */
  readonly known: number
  /** How many of the baseline's are there no more. */
  readonly gone: number
}

/** The findings, counted and in an order that does not depend on where they stand. */
export function baselineEntries(findings: readonly LintFinding[]): readonly BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>()
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding)
    const count = (entries.get(fingerprint)?.count ?? 0) + 1
    entries.set(fingerprint, { fingerprint, rule: finding.rule, object: objectKey(finding), count })
  }
  return [...entries.values()].sort(
    (a, b) =>
      compareBytes(a.rule, b.rule) || compareBytes(a.object, b.object) || compareBytes(a.fingerprint, b.fingerprint),
  )
}

/** How often something is there. */
class Counts {
  readonly #counts = new Map<string, number>()

  add(key: string, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  /** Takes one away; false when there is none. */
  take(key: string): boolean {
    const count = this.of(key)
    if (count > 0) this.#counts.set(key, count - 1)
    return count > 0
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0
  }
}

const kindOf = ({ rule, object }: Pick<BaselineEntry, 'rule' | 'object'>): string => JSON.stringify([rule, object])

/** Another version may say the same in other words: what is left of a rule's findings of one object is known then. */
function matchKinds(findings: readonly LintFinding[], left: readonly BaselineEntry[]): readonly LintFinding[] {
  const counts = new Counts()
  for (const entry of left) counts.add(kindOf(entry), entry.count)
  return findings.filter((finding) => !counts.take(kindOf({ rule: finding.rule, object: objectKey(finding) })))
}

/**
 * Parts findings that the baseline lacks from those that it has; equal ones are counted.
 * @param own what the baseline would state as its tool, had this program made it
 */
export function againstBaseline(
  findings: readonly LintFinding[],
  { tool, findings: entries }: Baseline,
  own: string,
): AgainstBaseline {
  const counts = new Counts()
  for (const { fingerprint, count } of entries) counts.add(fingerprint, count)
  const exact = findings.filter((finding) => !counts.take(fingerprintOf(finding)))
  const left = entries.map((entry) => ({ ...entry, count: counts.of(entry.fingerprint) }))
  const fresh = tool === own ? exact : matchKinds(exact, left)
  const leftCount = left.reduce((sum, { count }) => sum + count, 0)
  return { fresh, known: findings.length - fresh.length, gone: leftCount - (exact.length - fresh.length) }
}
