/**
 * Results as JUnit XML, in the subset that Jenkins, GitLab and Maven Surefire read: a suite per file, a case per
 * result. Results that fail the run are failures; others are skipped cases.
 */
import { xml } from '../markup/xml.ts'
import { type Failure, failureLine, INPUT_ERROR, placeText, type Result } from './result.ts'

export interface JunitResult extends Result {
  /** Whether the result fails the run. */
  readonly fails: boolean
}

export interface JunitReport {
  /** The name of the run: `vipctl lint`. */
  readonly name: string
  /** Grouped by file; read once. */
  readonly results: Iterable<JunitResult>
  /** Numbers of results, which the text has at the start. */
  readonly counts: { readonly results: number; readonly failures: number }
  /** Properties of every suite, by name. */
  readonly properties: Readonly<Record<string, string>>
  /** Files without a result. */
  readonly passed: readonly string[]
  /** Errors of the input. */
  readonly failed: readonly Failure[]
}

/** Minified manifests may be a single long line. */
const LONGEST_LINE = 200
/** Makes the names of a suite's cases unique, because readers merge cases with the same name. */
class Names {
  readonly #counts = new Map<string, number>()

  of({ rule, object }: Pick<Result, 'rule' | 'object'>): string {
    const name = `${rule}: ${object}`
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }
}

const detailLines = ({ level, message, place, line, related, notes }: Result): string[] => [
  `${placeText(place)}: ${level}: ${message}`,
  line.trim().slice(0, LONGEST_LINE),
  ...related.map(({ message: text, place: at }) => `${placeText(at)}: ${text}`),
  ...notes,
]

/** A suite under construction. */
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

  add(result: JunitResult): void {
    const { fails, level, message } = result
    if (fails) this.#failures++
    const kind = fails ? 'failure' : 'skipped'
    const type = fails ? ` type="${level}"` : ''
    const detail = detailLines(result).map(xml).join('\n')
    this.#cases.push(
      `    <testcase name="${xml(this.#names.of(result))}" classname="${xml(this.#file)}" time="0">\n` +
        `      <${kind} message="${xml(message)}"${type}>${detail}</${kind}>\n    </testcase>\n`,
    )
  }

  /** @param properties the element, or '' */
  *text(properties: string): Iterable<string> {
    const name = xml(this.#file)
    const tests = this.#cases.length
    const skipped = tests - this.#failures
    const counts = `tests="${Math.max(1, tests)}" failures="${this.#failures}" errors="0" skipped="${skipped}"`
    yield `  <testsuite name="${name}" ${counts} time="0">\n`
    yield properties
    if (tests === 0) yield `    <testcase name="no findings" classname="${name}" time="0"/>\n`
    yield* this.#cases
    yield '  </testsuite>\n'
  }
}

function propertiesText(properties: JunitReport['properties']): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `      <property name="${xml(name)}" value="${xml(value)}"/>\n`,
  )
  return lines.length === 0 ? '' : `    <properties>\n${lines.join('')}    </properties>\n`
}

function* suitesOf(results: Iterable<JunitResult>): Iterable<Suite> {
  let current: Suite | undefined
  for (const result of results) {
    const { file } = result.place
    if (current?.file !== file) {
      if (current) yield current
      current = new Suite(file)
    }
    current.add(result)
  }
  if (current) yield current
}

/** A suite of the errors of the input, one case per error. */
function* failedSuite(name: string, failed: readonly Failure[]): Iterable<string> {
  if (failed.length === 0) return
  const counts = `tests="${failed.length}" failures="0" errors="${failed.length}" skipped="0"`
  yield `  <testsuite name="${xml(name)}" ${counts} time="0">\n`
  const names = new Names()
  for (const failure of failed) {
    const { file = name, message } = failure
    const title = xml(names.of({ rule: INPUT_ERROR, object: file }))
    yield `    <testcase name="${title}" classname="${xml(file)}" time="0">\n`
    yield `      <error message="${xml(message)}" type="${INPUT_ERROR}">${xml(failureLine(failure))}</error>\n`
    yield '    </testcase>\n'
  }
  yield '  </testsuite>\n'
}

/** The report as an XML document. A file without results gets a case that passes. */
export function* junitText({ name, results, counts, properties, passed, failed }: JunitReport): Iterable<string> {
  const tests = counts.results + passed.length + failed.length
  const head = propertiesText(properties)
  const totals = `tests="${tests}" failures="${counts.failures}" errors="${failed.length}"`
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="${xml(name)}" ${totals} time="0">\n`
  yield* failedSuite('input', failed)
  for (const suite of suitesOf(results)) yield* suite.text(head)
  for (const file of passed) yield* new Suite(file).text(head)
  yield '</testsuites>\n'
}
