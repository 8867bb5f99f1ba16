/** Baselines: findings that are already known. */
import { compareBytes } from '../../common/bytes.ts'
import { fingerprintOf } from './fingerprint.ts'
import { objectKey } from './identity.ts'
import type { LintFinding } from './rule.ts'

/** The equal findings of one object. */
export interface BaselineEntry {
  readonly fingerprint: string
  readonly rule: string
  readonly object: string
  readonly count: number
}

export interface Baseline {
  /** The program version that wrote it. */
  readonly tool: string
  readonly findings: readonly BaselineEntry[]
}

export interface AgainstBaseline {
  /** Findings that are not in the baseline, in order. */
  readonly fresh: readonly LintFinding[]
  /** How many findings the baseline has. */
  readonly known: number
  /** How many findings of the baseline no longer exist. */
  readonly gone: number
}

/** Counts the findings, in an order that does not depend on their locations. */
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

/** Counts of keys. */
class Counts {
  readonly #counts = new Map<string, number>()

  add(key: string, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  /** Decrements a count; false when it is already 0. */
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

/** Another version may word messages differently, so a rule's remaining findings of an object are treated as known. */
function matchKinds(findings: readonly LintFinding[], left: readonly BaselineEntry[]): readonly LintFinding[] {
  const counts = new Counts()
  for (const entry of left) counts.add(kindOf(entry), entry.count)
  return findings.filter((finding) => !counts.take(kindOf({ rule: finding.rule, object: objectKey(finding) })))
}

/**
 * Separates findings that are not in the baseline from those that are; equal ones are counted.
 * @param own the tool that a baseline of this program would state
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
