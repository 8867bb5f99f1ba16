/** Findings as data. */

import type { Mark } from '../../findings/changes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import type { Failure, Place } from '../../formats/results/result.ts'
import { releaseMessage } from '../release.ts'
import type * as Shapes from '../shapes/lint.ts'
import { countsOf, type LintReport, type ReportedFinding, reportedFindings } from './report.ts'

/** The end is behind the last character, on the same line. */
const locationMessage = ({ file, line, column, length }: Place): Shapes.LintPlace => ({
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

function fixMessage({ fix }: LintFinding): Shapes.LintFix | null {
  if (!fix) return null
  const { title, safe, proven, changes } = fix
  return { title, safe, proven, change: changeText(changes) }
}

/** A finding of a run that may have files over a mesh, or several inputs. */
export interface FindingMessage extends Shapes.LintFinding {
  readonly change?: Mark
  readonly environments?: readonly string[]
}

function findingMessage({ finding, place, related }: ReportedFinding, change: Mark | undefined): FindingMessage {
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
): Iterable<FindingMessage> {
  for (const reported of reportedFindings(findings, report)) {
    yield findingMessage(reported, changeOf(reported.finding))
  }
}

export interface LintMessage extends Omit<Shapes.LintReport, 'findings'> {
  readonly findings: Iterable<FindingMessage>
  /** Findings that files over a mesh remove; absent without such files. */
  readonly gone?: Iterable<FindingMessage>
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
