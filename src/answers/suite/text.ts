/** Results of suites for people. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { wrap } from '../../formats/wrap.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { type Coverage, coverageText, isEnough, MOST_MISSED } from './coverage.ts'
import { countsOf, mismatchText, statusOf, type TestResult } from './results.ts'

const DEFAULT_WIDTH = 80
const WIDEST = 100
const INDENT = '      '

const MARKS = {
  passed: styled('good', 'ok'),
  failed: styled('error', 'FAILED'),
  skipped: styled('dim', 'skipped'),
} as const

function* indented(text: string, width: number): Iterable<Line> {
  for (const line of wrap(text, width - INDENT.length)) yield [INDENT, line]
}

/** The steps up to the one where the trace ends, shortly. */
function* traceLines({ ending, steps }: TestResult, width: number): Iterable<Line> {
  for (const [index, { stage, result }] of steps.entries()) yield* indented(`${index + 1}. ${stage}: ${result}`, width)
  if (ending) yield* indented(`=> ${ending.outcome}: ${ending.text}`, width)
}

function* resultLines(result: TestResult, width: number): Iterable<Line> {
  const status = statusOf(result)
  const { test, skipped, mismatches } = result
  const reason = skipped ? ` (${skipped})` : ''
  const place = status === 'failed' ? ` (${fileAndLine(test.location)})` : ''
  const [first = '', ...more] = wrap(`${test.name}${reason}${place}`, width - INDENT.length)
  yield ['  ', MARKS[status], ` ${first}`]
  for (const text of more) yield [INDENT, text]
  for (const mismatch of mismatches) yield* indented(mismatchText(mismatch), width)
  if (status === 'failed') yield* traceLines(result, width)
}

function* coverageLines(coverage: Coverage, width: number | undefined): Iterable<Line> {
  const { missed } = coverage
  const text = coverageText(coverage)
  yield []
  yield isEnough(coverage) ? [text] : [styled('error', text)]
  const rows = missed.slice(0, MOST_MISSED).map(({ what, location }) => [what, styled('name', fileAndLine(location))])
  if (rows.length > 0) yield* tableLines(['NOT REACHED', 'SOURCE'], rows, width)
  if (missed.length > MOST_MISSED) yield [`and ${missed.length - MOST_MISSED} more`]
}

export function* suiteLines(
  results: readonly TestResult[],
  coverage: Coverage | undefined,
  width: number | undefined,
): Iterable<Line> {
  const columns = Math.min(width ?? DEFAULT_WIDTH, WIDEST)
  let file: string | undefined
  for (const result of results) {
    if (result.suite.file !== file) yield [styled('heading', result.suite.file)]
    file = result.suite.file
    yield* resultLines(result, columns)
  }
  if (coverage) yield* coverageLines(coverage, width)
  const { passed, failed, skipped } = countsOf(results)
  yield []
  yield [`${passed} passed, `, styled(failed > 0 ? 'error' : 'good', `${failed} failed`), `, ${skipped} skipped`]
}
