/** The requests of a check as a table. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { type CheckAnswer, type CheckedTarget, differing } from './message.ts'

const HEADERS = ['TARGET', 'TRACE', 'ENVOY', 'RESULT']

const row = ({ target, expected, got, difference }: CheckedTarget): Line => [
  styled('name', target),
  expected,
  got === expected ? 'the same' : got,
  difference === undefined ? 'ok' : styled('error', difference),
]

/** @param width that of the terminal; undefined for no truncation */
export function* checkLines(answer: CheckAnswer, width?: number): Iterable<Line> {
  const { targets, proxy } = answer
  yield [`# ${proxy}`]
  yield* tableLines(HEADERS, targets.map(row), width)
  const count = differing(answer).length
  yield [
    count === 0
      ? `# ${targets.length} requests, each as its trace says`
      : `# ${count} of ${targets.length} requests went another way`,
  ]
}
