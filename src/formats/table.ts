/**
 * Tables in the manner of kubectl: headers in capitals, columns three spaces apart, no borders. Written for a hundred
 * thousand rows.
 */
import { clean } from './clean.ts'
import { type Line, type Span, type StyledSpan, styled } from './spans.ts'

const GAP = '   '
const ELLIPSIS = '…'
/** The last column is not made narrower than this. */
const NARROWEST = 24
const INDENT = '  '

const ASCII = /^[\x20-\x7e]*$/
const COMBINING = /[\p{M}\u200b-\u200d]/u
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u

function characterWidth(character: string): number {
  if (COMBINING.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Cells of a terminal that a cleaned text takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** A text that takes no more than `width` cells, with an ellipsis where something was cut off. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let taken = ''
  let left = width - 1
  for (const character of text) {
    left -= characterWidth(character)
    if (left < 0) break
    taken += character
  }
  return taken + ELLIPSIS
}

/** Cleaned cells: what is measured is what is written. */
function cellOf(span: Span): StyledSpan | string {
  return typeof span === 'string' ? clean(span) : { ...span, text: clean(span.text) }
}

const textOf = (span: Span): string => (typeof span === 'string' ? span : span.text)

function naturalWidths(headers: readonly string[], rows: readonly Line[]): number[] {
  const widths = headers.map(displayWidth)
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(textOf(cell)))
    }
  }
  return widths
}

function withText(span: Span, text: string): Span {
  return typeof span === 'string' ? text : { ...span, text }
}

function rowLine(row: Line, widths: readonly number[]): Line {
  const last = row.length - 1
  return row.flatMap((cell, index) => {
    const width = widths[index] ?? 0
    if (index === last) return [withText(cell, truncate(textOf(cell), width))]
    return [cell, `${' '.repeat(Math.max(0, width - displayWidth(textOf(cell))))}${GAP}`]
  })
}

/** For terminals too narrow for a table: the first cell, and below it the others with their headers. */
function* recordLines(headers: readonly string[], rows: readonly Line[]): Iterable<Line> {
  const width = Math.max(...headers.slice(1).map(displayWidth))
  for (const [first = '', ...others] of rows) {
    yield [first]
    for (const [index, cell] of others.entries()) {
      yield [INDENT, styled('heading', (headers[index + 1] ?? '').padEnd(width)), GAP, cell]
    }
  }
}

/**
 * Rows under headers. In a terminal that is not wide enough, the last column is cut off; where even that is not enough,
 * each row becomes a small list.
 * @param rows as many cells each as there are headers
 * @param width of the terminal; undefined when nothing is to be cut off
 */
export function* tableLines(headers: readonly string[], rows: Iterable<Line>, width?: number): Iterable<Line> {
  const cells = [...rows].map((row) => row.map(cellOf))
  const widths = naturalWidths(headers, cells)
  const total = widths.reduce((sum, column) => sum + column + GAP.length, -GAP.length)
  const last = widths.at(-1) ?? 0
  const available = width === undefined || total <= width ? last : last - (total - width)
  if (available < Math.min(last, NARROWEST)) {
    yield* recordLines(headers, cells)
    return
  }
  const fitted = [...widths.slice(0, -1), available]
  const head = headers.map((header) => styled('heading', header))
  for (const row of [head, ...cells]) yield rowLine(row, fitted)
}
