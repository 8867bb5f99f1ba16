/** The lint rules as data, for `lint --rules -o json` and `lint --explain RULE -o json`. */
import { RULE_IDS, type RuleId, ruleEntry } from '../../findings/lint/catalogue/list.ts'
import type { SeverityOverrides } from '../../findings/lint/index.ts'
import type { RuleEntry, Severity } from '../../findings/lint/rule.ts'
import { pageUrl } from '../lint/words.ts'

/** A severity in a configuration. */
export type Level = Severity | 'off'

export interface RuleMessage extends Omit<RuleEntry, 'severity'> {
  readonly rule: RuleId
  readonly severity: Level
  /** The URL of its page. */
  readonly page: string
}

/**
 * @param overrides severities from the configuration
 * @param version the program's
 */
export function ruleMessage(rule: RuleId, overrides: SeverityOverrides, version: string): RuleMessage {
  const entry: RuleEntry = ruleEntry(rule)
  return { rule, ...entry, severity: overrides.get(rule) ?? entry.severity, page: pageUrl(rule, version) }
}

/** All rules, in the order of the catalogue. */
export const rulesMessage = (overrides: SeverityOverrides, version: string) => ({
  rules: RULE_IDS.map((rule) => ruleMessage(rule, overrides, version)),
})
