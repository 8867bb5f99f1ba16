/** The lines of a manifest around a place. */
import { clean } from '../../formats/clean.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { truncate } from '../../formats/width.ts'
import type { Location } from '../../sources/location.ts'
import { lineText, positionAt } from '../../sources/positions.ts'

const LINES_BEFORE = 4
const LINES_AFTER = 7

/**
 * The lines of the place's document, with the line of the place marked.
 * @param width of the terminal; longer lines are cut
 */
export function* manifestLines(location: Location, width: number): Iterable<Line> {
  const { file, start, end } = location.document
  const { line } = location.position()
  const first = Math.max(positionAt(file, start).line, line - LINES_BEFORE)
  const last = Math.min(positionAt(file, Math.max(start, end - 1)).line, line + LINES_AFTER)
  const digits = String(last).length
  for (let number = first; number <= last; number++) {
    const text = clean(lineText(file, number).replaceAll('\t', '  '))
    const isPlace = number === line
    const gutter = `${isPlace ? '>' : ' '} ${String(number).padStart(digits)} | `
    const shown = truncate(text, Math.max(1, width - gutter.length))
    yield isPlace ? [styled('warning', gutter), styled('heading', shown)] : [styled('dim', gutter), shown]
  }
}
