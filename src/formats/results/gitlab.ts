/**
 * Results for the widget of GitLab's merge requests: Code Quality, a subset of Code Climate's format
 * (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
 */
import { clean } from '../clean.ts'
import { type Failure, failureText, INPUT_ERROR, type Level, type Result } from './result.ts'

const SEVERITIES: Readonly<Record<Level, string>> = { error: 'major', warning: 'minor', info: 'info' }
/** Nothing is known about a file that cannot be read. */
const FAILURE_SEVERITY = 'blocker'
/** GitLab requires a path: this is the whole checkout. */
const EVERYWHERE = '.'

export interface GitlabResult extends Result {
  /** Tells the result from all others, in this run and in later ones. */
  readonly fingerprint: string
}

export interface GitlabFailure extends Failure {
  readonly fingerprint: string
}

export interface GitlabReport {
  readonly results: Iterable<GitlabResult>
  readonly failures: readonly GitlabFailure[]
}

/**
 * The report as a list; results are computed during writing.
 * @param fromTop converts a file's path to one from the top of the checkout
 */
export function* gitlabMessages(
  { results, failures }: GitlabReport,
  fromTop: (file: string) => string,
): Iterable<object> {
  for (const failure of failures) {
    const { fingerprint, file, position } = failure
    yield {
      description: clean(failureText(failure)),
      check_name: INPUT_ERROR,
      fingerprint,
      severity: FAILURE_SEVERITY,
      location: { path: file === undefined ? EVERYWHERE : fromTop(file), lines: { begin: position?.line ?? 1 } },
    }
  }
  for (const { rule, level, message, object, place, fingerprint } of results) {
    yield {
      description: clean(`${object}: ${message}`),
      check_name: rule,
      fingerprint,
      severity: SEVERITIES[level],
      location: { path: fromTop(place.file), lines: { begin: place.line, end: place.line } },
    }
  }
}
