/** Many findings at a glance: how many of each rule, and the changes that end most of them. */

import { isRuleId, ruleEntry } from '../../findings/lint/catalogue/list.ts'
import { CAUSE_CHANGES } from '../../findings/lint/causes.ts'
import { type LintFinding, type Severity, severityRank } from '../../findings/lint/rule.ts'

/** More findings than this do not fit on a screen. */
const MOST_ON_A_SCREEN = 20
/** At most this many changes are listed. */
const MOST_CHANGES = 5

/** Findings of one rule with one severity. */
export interface RuleCount {
  readonly rule: string
  readonly severity: Severity
  readonly count: number
  readonly title: string
}

/** A change that ends several findings. */
export interface ChangeCount {
  readonly change: string
  readonly count: number
}

export interface Overview {
  /** Worst first, then by number. */
  readonly rules: readonly RuleCount[]
  /** By number; each ends at least two findings. */
  readonly changes: readonly ChangeCount[]
}

const titleOf = (rule: string): string => (isRuleId(rule) ? ruleEntry(rule).title : '')

function rulesOf(findings: readonly LintFinding[]): readonly RuleCount[] {
  const counts = new Map<string, RuleCount>()
  for (const { rule, severity } of findings) {
    const key = `${severity} ${rule}`
    const known = counts.get(key)
    counts.set(key, { rule, severity, count: (known?.count ?? 0) + 1, title: titleOf(rule) })
  }
  return [...counts.values()].sort((a, b) => severityRank(a.severity) - severityRank(b.severity) || b.count - a.count)
}

/** What would end a finding: the setting that causes it, otherwise its proven fix. */
const changeOf = ({ cause, fix }: LintFinding): string | undefined => (cause ? CAUSE_CHANGES[cause] : fix?.title)

function changesOf(findings: readonly LintFinding[]): readonly ChangeCount[] {
  const counts = new Map<string, number>()
  for (const finding of findings) {
    const change = changeOf(finding)
    if (change !== undefined) counts.set(change, (counts.get(change) ?? 0) + (finding.count ?? 1))
  }
  return [...counts]
    .map(([change, count]) => ({ change, count }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_CHANGES)
}

export const overviewOf = (findings: readonly LintFinding[]): Overview => ({
  rules: rulesOf(findings),
  changes: changesOf(findings),
})

/** The overview of findings that do not fit on a screen; undefined for fewer. */
export const overviewOfMany = (findings: readonly LintFinding[]): Overview | undefined =>
  findings.length > MOST_ON_A_SCREEN ? overviewOf(findings) : undefined
