/** A report for the summary page of a job of GitHub Actions: Markdown, limited in size. */
import { severityRank } from '../../findings/lint/rule.ts'
import { failureLine } from '../../formats/results/result.ts'
import { markdownText } from '../markdown.ts'
import { overviewOf } from './overview.ts'
import { type LintReport, reportedFindings } from './report.ts'
import { objectText, pageUrl, summaryText } from './words.ts'

/** GitHub shows at most 1 MiB per step, and people read less. */
const MOST_FINDINGS = 50
const MOST_FAILURES = 20

function* failureLines({ failures }: LintReport): Iterable<string> {
  if (failures.length === 0) return
  yield '**Not everything was checked:**\n\n'
  for (const failure of failures.slice(0, MOST_FAILURES)) yield `- ${markdownText(failureLine(failure))}\n`
  if (failures.length > MOST_FAILURES) yield `- and ${failures.length - MOST_FAILURES} more\n`
  yield '\n'
}

function* ruleLines({ findings, version }: LintReport): Iterable<string> {
  const { rules, changes } = overviewOf(findings)
  yield '| number | severity | rule | what |\n|---:|---|---|---|\n'
  for (const { count, severity, rule, title } of rules) {
    yield `| ${count} | ${severity} | [${rule}](${pageUrl(rule, version)}) | ${markdownText(title)} |\n`
  }
  yield '\n'
  if (changes.length === 0) return
  yield 'Changes that end most findings:\n\n'
  for (const { change, count } of changes) yield `- ${markdownText(change)}: ${count}\n`
  yield '\n'
}

function* findingLines(report: LintReport, fromTop: (file: string) => string): Iterable<string> {
  const { findings } = report
  yield '| place | severity | rule | object | problem |\n|---|---|---|---|---|\n'
  const worst = [...findings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity))
  const shown = new Set(worst.slice(0, MOST_FINDINGS))
  for (const { finding, place } of reportedFindings(
    findings.filter((finding) => shown.has(finding)),
    report,
  )) {
    const at = `${fromTop(place.file)}:${place.line}`
    const { severity, rule, resource, message } = finding
    yield `| ${markdownText(at)} | ${severity} | ${rule} | ${markdownText(objectText(resource))} | ${markdownText(message)} |\n`
  }
  if (findings.length > shown.size) yield `\n${findings.length - shown.size} more findings are in the report.\n`
}

/**
 * The summary: errors of the input, numbers by rule, and the worst findings with their places.
 * @param fromTop converts a file's path to one from the top of the checkout
 */
export function* stepSummary(report: LintReport, fromTop: (file: string) => string): Iterable<string> {
  yield `## vipctl lint\n\n${markdownText(summaryText(report))}\n\n`
  yield* failureLines(report)
  if (report.findings.length === 0) return
  yield* ruleLines(report)
  yield* findingLines(report, fromTop)
}
