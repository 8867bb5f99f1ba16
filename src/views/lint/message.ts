/** Findings as data. */
import { changeText } from '../../findings/fixes/text.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import { countsOf, type LintReport, type Place, type ReportedFinding, reportedFindings } from './report.ts'

const locationMessage = ({ file, line, column }: Place): object => ({ file, line, column })

function fixMessage({ fix }: LintFinding): object | null {
  if (!fix) return null
  const { title, safe, proven, changes } = fix
  return { title, safe, proven, change: changeText(changes) }
}

function findingMessage({ finding, place, related }: ReportedFinding): object {
  const { rule, severity, message, object, resource, namespaces } = finding
  return {
    rule,
    severity,
    message,
    object: resource.cluster === '' ? object : { ...object, cluster: resource.cluster },
    location: locationMessage(place),
    related: related.map((line) => ({ message: line.message, location: locationMessage(line.place) })),
    namespaces,
    fix: fixMessage(finding),
  }
}

function* findingMessages(report: LintReport): Iterable<object> {
  for (const reported of reportedFindings(report.findings, report)) yield findingMessage(reported)
}

/** The form of `-o json` and `-o yaml`; findings are made while they are written. */
export function lintMessage(report: LintReport): { findings: Iterable<object>; summary: object } {
  return { findings: findingMessages(report), summary: countsOf(report.findings) }
}
