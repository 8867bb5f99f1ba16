/**
 * Tables in the manner of kubectl: headers in capitals, columns three spaces apart, no borders. Written for a hundred
 * thousand rows.
 */
import { clean } from './clean.ts'
import { type Line, type Span, type StyledSpan, styled } from './spans.ts'

const GAP = '   '
const ELLIPSIS = '…'
/** Columns of a table that is too wide are not made narrower than this. */
const NARROWEST = 12

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

/** Takes what is too much from the last column first, then from the widest one, as far as they go. */
function fitWidths(widths: readonly number[], available: number): readonly number[] {
  const fitted = [...widths]
  let excess = fitted.reduce((sum, width) => sum + width, 0) + GAP.length * (fitted.length - 1) - available
  const order = [fitted.length - 1, ...fitted.keys()].filter(
    (index, place) => place === 0 || index !== fitted.length - 1,
  )
  const [last = 0, ...others] = order
  for (const index of [last, ...others.sort((a, b) => (fitted[b] ?? 0) - (fitted[a] ?? 0))]) {
    if (excess <= 0) break
    const width = fitted[index] ?? 0
    const taken = Math.min(excess, Math.max(0, width - NARROWEST))
    fitted[index] = width - taken
    excess -= taken
  }
  return fitted
}

function withText(span: Span, text: string): Span {
  return typeof span === 'string' ? text : { ...span, text }
}

function rowLine(row: Line, widths: readonly number[], cut: boolean): Line {
  const last = row.length - 1
  return row.flatMap((cell, index) => {
    const width = widths[index] ?? 0
    const text = cut ? truncate(textOf(cell), width) : textOf(cell)
    if (index === last) return [withText(cell, text)]
    return [withText(cell, text), `${' '.repeat(Math.max(0, width - displayWidth(text)))}${GAP}`]
  })
}

/**
 * @param rows as many cells each as there are headers
 * @param width of the terminal; undefined when nothing is to be cut off
 */
export function* tableLines(headers: readonly string[], rows: Iterable<Line>, width?: number): Iterable<Line> {
  const cells = [...rows].map((row) => row.map(cellOf))
  const natural = naturalWidths(headers, cells)
  const widths = width === undefined ? natural : fitWidths(natural, width)
  const head = headers.map((header) => styled('heading', header))
  yield rowLine(head, widths, width !== undefined)
  for (const row of cells) yield rowLine(row, widths, width !== undefined)
}
