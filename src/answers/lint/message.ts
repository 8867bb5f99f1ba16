/** Findings as data. */

import type { Mark } from '../../findings/changes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import type { Failure, Place } from '../../formats/results/result.ts'
import { type ReleaseMessage, releaseMessage } from '../release.ts'
import { countsOf, type LintReport, type ReportedFinding, reportedFindings } from './report.ts'

/** The end is behind the last character, on the same line. */
const locationMessage = ({ file, line, column, length }: Place): object => ({
  file,
  line,
  column,
  endLine: line,
  endColumn: column + length,
})

function failureMessage({ message, hint, file, position }: Failure): object {
  const { line, column } = position ?? {}
  return { message, ...(hint !== undefined && { hint }), location: file === undefined ? null : { file, line, column } }
}

function fixMessage({ fix }: LintFinding): object | null {
  if (!fix) return null
  const { title, safe, proven, changes } = fix
  return { title, safe, proven, change: changeText(changes) }
}

function findingMessage({ finding, place, related }: ReportedFinding, change: Mark | undefined): object {
  const { rule, severity, message, object, resource, namespaces, environments, count } = finding
  return {
    ...(change && { change }),
    rule,
    severity,
    message,
    object: resource.cluster === '' ? object : { ...object, cluster: resource.cluster },
    location: locationMessage(place),
    related: related.map((line) => ({ message: line.message, location: locationMessage(line.place) })),
    namespaces,
    ...(environments && { environments }),
    ...(count !== undefined && { count }),
    fix: fixMessage(finding),
  }
}

function* findingMessages(
  findings: readonly LintFinding[],
  report: LintReport,
  changeOf: (finding: LintFinding) => Mark | undefined,
): Iterable<object> {
  for (const reported of reportedFindings(findings, report)) {
    yield findingMessage(reported, changeOf(reported.finding))
  }
}

export interface LintMessage {
  readonly istio: ReleaseMessage
  readonly findings: Iterable<object>
  /** Findings that files over a mesh remove; absent without such files. */
  readonly gone?: Iterable<object>
  readonly summary: object
  /** How many objects were not checked, by kind. */
  readonly notChecked: Readonly<Record<string, number>>
  /** Errors of the input, because of which not everything was checked. */
  readonly errors: readonly object[]
}

/** The value of `-o json` and `-o yaml`; findings are computed during writing. */
export function lintMessage(report: LintReport): LintMessage {
  const { findings, changes, scope } = report
  return {
    istio: releaseMessage(scope.release),
    findings: findingMessages(findings, report, (finding) => (changes?.brought.has(finding) ? '+' : undefined)),
    ...(changes && { gone: findingMessages(changes.gone, report, () => '-') }),
    summary: countsOf(findings),
    notChecked: Object.fromEntries(scope.notChecked),
    errors: report.failures.map(failureMessage),
  }
}
