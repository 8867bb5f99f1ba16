/** Results of suites in the forms of other programs. */
import type { TestCase } from '../../formats/tests/test-case.ts'
import type { Trace } from '../../simulation/step.ts'
import { placeMessage } from '../place.ts'
import type { Mismatch } from './check.ts'
import type { Coverage } from './coverage.ts'
import type { Suite, SuiteTest } from './model.ts'

export interface TestResult {
  readonly suite: Suite
  readonly test: SuiteTest
  /** Why it was not run; undefined when it was. */
  readonly skipped: string | undefined
  readonly mismatches: readonly Mismatch[]
  /** undefined when there is none to show. */
  readonly trace: Trace | undefined
}

export const statusOf = ({ skipped, mismatches }: TestResult): TestCase['status'] =>
  skipped !== undefined ? 'skipped' : mismatches.length > 0 ? 'failed' : 'passed'

export const mismatchText = ({ what, expected, got }: Mismatch): string => `${what}: expected ${expected}, got ${got}`

/** `listener 0.0.0.0_80: it listens on ...`, for each step. */
const stepTexts = (trace: Trace | undefined): readonly string[] =>
  (trace?.steps ?? []).map(({ stage, result, reason }) => `${stage} ${result}: ${reason}`)

export function caseOf(result: TestResult): TestCase {
  const { suite, test, skipped, mismatches, trace } = result
  const status = statusOf(result)
  const lines =
    status === 'failed'
      ? [...mismatches.map(mismatchText), ...stepTexts(trace), trace?.ending.text ?? '']
      : [skipped ?? '']
  return {
    suite: suite.file,
    name: test.name,
    status,
    place: test.location.position(),
    lines: lines.filter((line) => line !== ''),
  }
}

const resultMessage = (result: TestResult): object => {
  const { suite, test, skipped, mismatches, trace } = result
  return {
    suite: suite.file,
    name: test.name,
    status: statusOf(result),
    location: placeMessage(test.location),
    ...(skipped !== undefined && { skipped }),
    ...(mismatches.length > 0 && { mismatches }),
    ...(trace && { outcome: trace.ending.outcome, text: trace.ending.text }),
  }
}

/** Numbers of results by status. */
export function countsOf(results: readonly TestResult[]): Readonly<Record<TestCase['status'], number>> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const result of results) counts[statusOf(result)]++
  return counts
}

/** The value of `-o json`. */
export const resultsMessage = (results: readonly TestResult[], coverage: Coverage | undefined): object => ({
  counts: countsOf(results),
  tests: results.map(resultMessage),
  ...(coverage && {
    coverage: {
      percent: coverage.percent,
      missed: coverage.missed.map(({ what, location }) => ({ what, location: placeMessage(location) })),
    },
  }),
})
