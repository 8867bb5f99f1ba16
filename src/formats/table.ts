/**
 * Tables in kubectl's style: headers in capitals, columns three spaces apart, no borders. Fast enough for a hundred
 * thousand rows.
 */
import { clean } from './clean.ts'
import { type Line, type Span, styled, textOf, withText } from './spans.ts'
import { displayWidth, truncate } from './width.ts'
import { wrapLine } from './wrap.ts'

/** Writes a table. `width` is that of the terminal, undefined without one. */
export type TableWriter = (
  headers: readonly string[],
  rows: readonly Line[],
  width: number | undefined,
) => Iterable<Line>

/** A title, and below it keys with lines of text beside them. */
export interface Section {
  readonly title: Span
  readonly rows: readonly (readonly [key: Span, text: readonly Span[]])[]
}

/** How an answer's tables are written. */
export interface Tables {
  /** Whether tables have borders, for people in front of a terminal. */
  readonly drawn: boolean
  readonly columns: TableWriter
  /**
   * Lists in a frame, for answers that have a text of their own where nothing is drawn.
   * @returns undefined if there are too many rows, or if the terminal is too narrow
   */
  sections(sections: readonly Section[], width: number | undefined): Iterable<Line> | undefined
}

const GAP = '   '
/** The minimum width of the last column. */
const NARROWEST = 24
const INDENT = '  '

/** Cleaned cells, so that the measured text is what is written. */
const cellOf = (span: Span): Span => withText(span, clean(textOf(span)))

/**
 * The texts with commas between them; of a long list the first ones, and how many more there are: `a, b +7 more`.
 * @param shown how many of a long list are shown; a list with one more is not long
 */
export function folded(texts: readonly string[], shown: number): string {
  if (texts.length <= shown + 1) return texts.join(', ')
  return `${texts.slice(0, shown).join(', ')} +${texts.length - shown} more`
}

function naturalWidths(headers: readonly string[], rows: readonly Line[]): number[] {
  const widths = headers.map(displayWidth)
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(textOf(cell)))
    }
  }
  return widths
}

function rowLine(row: Line, widths: readonly number[]): Line {
  const last = row.length - 1
  return row.flatMap((cell, index) => {
    const width = widths[index] ?? 0
    if (index === last) return [withText(cell, truncate(textOf(cell), width))]
    return [cell, `${' '.repeat(Math.max(0, width - displayWidth(textOf(cell))))}${GAP}`]
  })
}

/**
 * For terminals too narrow for a table: the first cell, and the others below it with their headers. Empty cells, which
 * repeat those of the row above, are left out.
 * @param width that of the terminal
 */
export function* recordLines(headers: readonly string[], rows: readonly Line[], width: number): Iterable<Line> {
  const widest = Math.max(...headers.slice(1).map(displayWidth))
  const hanging = ' '.repeat(INDENT.length + widest + GAP.length)
  for (const [first = '', ...others] of rows) {
    if (textOf(first) !== '') yield* wrapLine([first], width, INDENT)
    for (const [index, cell] of others.entries()) {
      if (textOf(cell) === '') continue
      const header = styled('heading', (headers[index + 1] ?? '').padEnd(widest))
      for (const [number, line] of wrapLine([cell], width - hanging.length, '').entries()) {
        yield number === 0 ? [INDENT, header, GAP, ...line] : [hanging, ...line]
      }
    }
  }
}

/**
 * Rows under headers. If the terminal is too narrow, the last column is truncated; if that is not enough, each row
 * becomes a small list.
 * @param rows each with as many cells as there are headers
 * @param width that of the terminal; undefined for no truncation
 */
export function* tableLines(headers: readonly string[], rows: Iterable<Line>, width?: number): Iterable<Line> {
  const cells = [...rows].map((row) => row.map(cellOf))
  const widths = naturalWidths(headers, cells)
  const total = widths.reduce((sum, column) => sum + column + GAP.length, -GAP.length)
  const last = widths.at(-1) ?? 0
  const available = width === undefined || total <= width ? last : last - (total - width)
  if (width !== undefined && available < Math.min(last, NARROWEST)) {
    yield* recordLines(headers, cells, width)
    return
  }
  const fitted = [...widths.slice(0, -1), available]
  const head = headers.map((header) => styled('heading', header))
  for (const row of [head, ...cells]) yield rowLine(row, fitted)
}

/** Tables for scripts, and where nothing is drawn. */
export const PLAIN_TABLES: Tables = { drawn: false, columns: tableLines, sections: () => undefined }
