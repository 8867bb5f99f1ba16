/**
 * Findings as JUnit's XML, in the form that the readers of Jenkins, GitLab and Maven Surefire have in common: a suite for
 * each file, a case for each finding. What fails the run is a failure; other findings are skipped cases.
 */
import type { LintFinding } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { type LintReport, type ReportedFinding, reportedFindings } from './report.ts'
import { fixText, namespacesText, objectText } from './words.ts'

/** Of a minified manifest, a line may be all of it. */
const LONGEST_LINE = 200
/** What XML 1.0 cannot hold even as a character reference, beyond what `clean` makes visible. */
const ILLEGAL = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

function xml(text: string): string {
  return clean(text)
    .replace(ILLEGAL, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character)
}

/** Cases of one suite have names of their own: readers take equal ones for one. */
class Names {
  readonly #counts = new Map<string, number>()

  of(finding: LintFinding): string {
    const name = `${finding.rule}: ${objectText(finding.resource)}`
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }
}

function detailLines({ finding, place, related, line }: ReportedFinding, namespaces: readonly string[]): string[] {
  const fix = fixText(finding)
  const seen = namespacesText(finding, namespaces)
  return [
    `${place.file}:${place.line}:${place.column}: ${finding.severity}: ${finding.message}`,
    line.trim().slice(0, LONGEST_LINE),
    ...related.map(({ message, place: at }) => `${at.file}:${at.line}:${at.column}: ${message}`),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
    ...(seen === undefined ? [] : [seen]),
  ]
}

/** A suite as it is filled. */
class Suite {
  readonly #file: string
  readonly #names = new Names()
  readonly #cases: string[] = []
  #failures = 0

  constructor(file: string) {
    this.#file = file
  }

  get file(): string {
    return this.#file
  }

  add(reported: ReportedFinding, isFailure: boolean, namespaces: readonly string[]): void {
    const { finding } = reported
    if (isFailure) this.#failures++
    const kind = isFailure ? 'failure' : 'skipped'
    const type = isFailure ? ` type="${finding.severity}"` : ''
    const detail = detailLines(reported, namespaces).map(xml).join('\n')
    this.#cases.push(
      `    <testcase name="${xml(this.#names.of(finding))}" classname="${xml(this.#file)}" time="0">\n` +
        `      <${kind} message="${xml(finding.message)}"${type}>${detail}</${kind}>\n    </testcase>\n`,
    )
  }

  *text(): Iterable<string> {
    const name = xml(this.#file)
    const tests = this.#cases.length
    const skipped = tests - this.#failures
    const counts = `tests="${Math.max(1, tests)}" failures="${this.#failures}" errors="0" skipped="${skipped}"`
    yield `  <testsuite name="${name}" ${counts} time="0">\n`
    if (tests === 0) yield `    <testcase name="no findings" classname="${name}" time="0"/>\n`
    yield* this.#cases
    yield '  </testsuite>\n'
  }
}

function* suites(report: LintReport): Iterable<Suite> {
  const { findings, failing, scope } = report
  let current: Suite | undefined
  for (const reported of reportedFindings(findings, report)) {
    const { finding, place } = reported
    if (current?.file !== place.file) {
      if (current) yield current
      current = new Suite(place.file)
    }
    current.add(reported, failing.has(finding.severity), scope.namespaces)
  }
  if (current) yield current
}

/** The report as a document of XML. Files without findings have a case that passes. */
export function* junitText(report: LintReport): Iterable<string> {
  const { findings, failing, scope } = report
  const found = new Set(findings.map(({ location }) => location.document.file.name))
  const clean = [...new Set(scope.files)].filter((file) => !found.has(file))
  const tests = findings.length + clean.length
  const failures = findings.filter(({ severity }) => failing.has(severity)).length
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="vipctl lint" tests="${tests}" failures="${failures}" errors="0" time="0">\n`
  for (const suite of suites(report)) yield* suite.text()
  for (const file of clean) yield* new Suite(file).text()
  yield '</testsuites>\n'
}
