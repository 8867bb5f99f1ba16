/** Findings as rows, for lists in which each has one line. */
import { isRuleId, ruleEntry } from '../../findings/lint/catalogue/list.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { LintReport } from './report.ts'
import { fixText, namespacesText, objectText, SEVERITY_STYLES } from './words.ts'

export const FINDING_HEADERS = ['SEVERITY', 'RULE', 'OBJECT', 'MESSAGE', 'SOURCE'] as const

/** The cells of a finding under `FINDING_HEADERS`. */
export const findingRow = ({ severity, rule, resource, message, location }: LintFinding): Line => [
  styled(SEVERITY_STYLES[severity], severity),
  rule,
  objectText(resource),
  message,
  fileAndLine(location),
]

/** Its fix, whom it concerns, and the rule. */
export function* findingText(finding: LintFinding, { scope }: LintReport, width: number): Iterable<Line> {
  const fix = fixText(finding)
  if (fix !== undefined) yield* wrapLine([styled('good', `fix: ${fix}`)], width, '  ')
  const namespaces = namespacesText(finding, scope.namespaces)
  if (namespaces !== undefined) yield* wrapLine([namespaces], width, '  ')
  if (!isRuleId(finding.rule)) return
  const { title, howToFix } = ruleEntry(finding.rule)
  yield* wrapLine([styled('heading', 'rule: '), title], width, '  ')
  yield* wrapLine([styled('heading', 'how to fix: '), howToFix], width, '  ')
  yield* wrapLine([styled('dim', `more: vipctl lint --explain ${finding.rule}`)], width, '  ')
}
