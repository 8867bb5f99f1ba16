/** Findings as results, for formats that other programs read. */
import { fingerprintsByFinding, fingerprintsOfTexts } from '../../findings/lint/fingerprint.ts'
import type { GitlabReport, GitlabResult } from '../../formats/results/gitlab.ts'
import type { JunitReport, JunitResult } from '../../formats/results/junit.ts'
import type { Result } from '../../formats/results/result.ts'
import { releaseMessage } from '../release.ts'
import { type LintReport, type ReportedFinding, reportedFindings } from './report.ts'
import { environmentsText, fixText, namespacesText, objectText } from './words.ts'

/** One finding; its notes are its fix and the affected namespaces. */
export function resultOf({ finding, place, related, line }: ReportedFinding, { scope }: LintReport): Result {
  const { rule, severity, message, resource } = finding
  const fix = fixText(finding)
  const notes = [namespacesText(finding, scope.namespaces), environmentsText(finding, scope.environments)]
  return {
    rule,
    level: severity,
    message,
    object: objectText(resource),
    place,
    line,
    related,
    notes: [fix === undefined ? undefined : `fix: ${fix}`, ...notes].filter((text) => text !== undefined),
  }
}

/** A report's findings by file and line, computed during iteration. */
export function* resultsOf(report: LintReport): Iterable<Result> {
  for (const reported of reportedFindings(report.findings, report)) yield resultOf(reported, report)
}

function* junitResults(report: LintReport): Iterable<JunitResult> {
  for (const result of resultsOf(report)) yield { ...result, fails: report.failing.has(result.level) }
}

/** A report for JUnit, with a suite for every file that was read. */
export function junitReport(report: LintReport): JunitReport {
  const { findings, failing, scope } = report
  const istio = releaseMessage(scope.release)
  const found = new Set(findings.map(({ location }) => location.document.file.name))
  const failures = findings.filter(({ severity }) => failing.has(severity)).length
  const unread = new Set(report.failures.map(({ file }) => file))
  return {
    name: 'vipctl lint',
    results: junitResults(report),
    counts: { results: findings.length, failures },
    properties: { 'istio.version': istio.version, 'istio.from': istio.from },
    passed: [...new Set(scope.files)].filter((file) => !found.has(file) && !unread.has(file)),
    failed: report.failures,
  }
}

function* gitlabResults(report: LintReport): Iterable<GitlabResult> {
  const fingerprints = fingerprintsByFinding(report.findings)
  for (const reported of reportedFindings(report.findings, report)) {
    yield { ...resultOf(reported, report), fingerprint: fingerprints.get(reported.finding) ?? '' }
  }
}

/** A report for GitLab's Code Quality, with fingerprints that survive moved lines. */
export function gitlabReport(report: LintReport): GitlabReport {
  const { failures } = report
  const fingerprints = fingerprintsOfTexts(failures.map(({ file, message }) => JSON.stringify([file, message])))
  return {
    results: gitlabResults(report),
    failures: failures.map((failure, index) => ({ ...failure, fingerprint: fingerprints[index] ?? '' })),
  }
}
