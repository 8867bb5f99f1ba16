/** Results of suites in the forms of other programs. */
import { placeText } from '../../formats/results/result.ts'
import type { TestCase } from '../../formats/tests/test-case.ts'
import type { Ending, Step } from '../../simulation/step.ts'
import { placeMessage } from '../place.ts'
import type { Mismatch } from './check.ts'
import { type Coverage, coverageText, isEnough, MOST_MISSED } from './coverage.ts'
import type { Suite, SuiteTest } from './model.ts'

export interface TestResult {
  readonly suite: Suite
  readonly test: SuiteTest
  /** Why it was not run; undefined when it was. */
  readonly skipped: string | undefined
  readonly mismatches: readonly Mismatch[]
  /** Where the request ends; undefined for a request that was not traced. */
  readonly ending: Ending | undefined
  /** Of a failed test, whose steps are printed; those of many passed ones would fill the memory. */
  readonly steps: readonly Step[]
}

export const statusOf = ({ skipped, mismatches }: TestResult): TestCase['status'] =>
  skipped !== undefined ? 'skipped' : mismatches.length > 0 ? 'failed' : 'passed'

export const mismatchText = ({ what, expected, got }: Mismatch): string => `${what}: expected ${expected}, got ${got}`

/** `listener 0.0.0.0_80: it listens on ...`, for each step. */
const stepTexts = (steps: readonly Step[]): readonly string[] =>
  steps.map(({ stage, result, reason }) => `${stage} ${result}: ${reason}`)

export function caseOf(result: TestResult): TestCase {
  const { suite, test, skipped, mismatches, ending, steps } = result
  const status = statusOf(result)
  const lines =
    status === 'failed' ? [...mismatches.map(mismatchText), ...stepTexts(steps), ending?.text ?? ''] : [skipped ?? '']
  return {
    suite: suite.file,
    name: test.name,
    status,
    place: test.location.position(),
    lines: lines.filter((line) => line !== ''),
  }
}

/** The coverage that the run asks for, as one more test. @param suite the first one, where nothing is missed */
export function coverageCase(coverage: Coverage, suite: string): TestCase {
  const shown = coverage.missed.slice(0, MOST_MISSED)
  const missed = shown.map(({ what, location }) => ({ what, place: location.position() }))
  const more = coverage.missed.length - shown.length
  const lines = missed.map(({ what, place }) => `not reached: ${placeText(place)} ${what}`)
  return {
    suite: 'coverage',
    name: `at least ${coverage.minimum}% of routes and ServiceEntries`,
    status: isEnough(coverage) ? 'passed' : 'failed',
    place: missed[0]?.place ?? { file: suite, line: 1, column: 1 },
    lines: [coverageText(coverage), ...lines, ...(more > 0 ? [`and ${more} more`] : [])],
  }
}

const resultMessage = (result: TestResult): object => {
  const { suite, test, skipped, mismatches, ending, steps } = result
  return {
    suite: suite.file,
    name: test.name,
    status: statusOf(result),
    location: placeMessage(test.location),
    ...(skipped !== undefined && { skipped }),
    ...(mismatches.length > 0 && { mismatches }),
    ...(ending && { outcome: ending.outcome, text: ending.text }),
    ...(steps.length > 0 && { steps: steps.map(({ stage, result, reason }) => ({ stage, result, reason })) }),
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
      ...(coverage.minimum !== undefined && { minimum: coverage.minimum }),
      missed: coverage.missed.map(({ what, location }) => ({ what, location: placeMessage(location) })),
    },
  }),
})
