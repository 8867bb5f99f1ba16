/**
 * Tables with borders, for tables that people read in a terminal. cli-table3 draws them. It takes colours as escape
 * sequences, so the styles of cells go through it as some, and are read from what it returns. Cells are cleaned before,
 * so they have none themselves.
 */
import { broken } from '../../formats/break.ts'
import { clean } from '../../formats/clean.ts'
import { type Line, type Span, type Style, styled, textOf, withText } from '../../formats/spans.ts'
import { type Section, type Tables, tableLines } from '../../formats/table.ts'
import { displayWidth } from '../../formats/width.ts'
import { type Columns, fittingColumns, frameWidth, type Padding } from './widths.ts'

/** Longer tables have columns without borders: they are searched, not read, and cli-table3 is slow. */
const MOST_ROWS = 200
/** The width of texts beside keys, at least; narrower terminals get no borders. */
const NARROWEST = 20

/** Styles as colours of the terminal; what has no colour was drawn by cli-table3. */
const CODES: ReadonlyMap<Style | 'plain', number> = new Map([
  ['plain', 37],
  ['heading', 30],
  ['dim', 90],
  ['name', 36],
  ['good', 32],
  ['warning', 33],
  ['error', 31],
])
const STYLES: ReadonlyMap<number, Style | 'plain'> = new Map([...CODES].map(([style, code]) => [code, style]))
const ESCAPE = '\u001b['
const END = `${ESCAPE}39m`

interface Cell {
  readonly content: string
  readonly rowSpan?: number
  readonly colSpan?: number
}

/** The constructor of cli-table3. */
type CliTable = typeof import('cli-table3')

const styleOf = (span: Span): Style | 'plain' => (typeof span === 'string' ? 'plain' : span.style)

/** A cell's text in lines of a width, with its style. */
const encoded = (span: Span, width: number): string =>
  broken(textOf(span), width)
    .map((line) => `${ESCAPE}${CODES.get(styleOf(span))}m${line}${END}`)
    .join('\n')

/** A line that cli-table3 returned. */
function decoded(line: string): Line {
  const [frame = '', ...parts] = line.split(ESCAPE)
  const spans: Span[] = [styled('dim', frame)]
  for (const part of parts) {
    const end = part.indexOf('m')
    const [code, text] = [Number(part.slice(0, end)), part.slice(end + 1)]
    const style = STYLES.get(code)
    if (text !== '')
      spans.push(style === undefined ? styled('dim', text) : style === 'plain' ? text : styled(style, text))
  }
  return spans
}

function linesOf(
  CliTable: CliTable,
  rows: readonly (readonly Cell[])[],
  padding: Padding,
  colWidths: number[] = [],
): readonly string[] {
  // cli-table3 adds no colours of its own.
  const style = { head: [], border: [], 'padding-left': padding, 'padding-right': padding }
  const table = new CliTable({ style, colWidths })
  table.push(...rows.map((row) => [...row]))
  return table.toString().split('\n')
}

/** Whether a row continues the one above: what they share is in the first of them only. */
const continues = ([first = '']: Line): boolean => textOf(first) === ''

/** Rows in groups that share their first cell. */
function groupsOf(rows: readonly Line[]): readonly (readonly Line[])[] {
  const groups: Line[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && continues(row)) last.push(row)
    else groups.push([row])
  }
  return groups
}

/** The cells of rows that belong together: one that is empty in all but the first row spans them. */
function spanned(group: readonly Line[], widths: readonly number[]): readonly (readonly Cell[])[] {
  const isShared = (column: number) => group.slice(1).every((row) => textOf(row[column] ?? '') === '')
  return group.map((row, index) =>
    row.flatMap((cell, column): readonly Cell[] => {
      const content = encoded(cell, widths[column] ?? 1)
      if (group.length === 1 || !isShared(column)) return [{ content }]
      return index === 0 ? [{ content, rowSpan: group.length }] : []
    }),
  )
}

/** Rows below their headers. Rows of one line each are not divided. */
function grid(CliTable: CliTable, head: Line, rows: readonly Line[], { widths, padding }: Columns): readonly string[] {
  const groups = groupsOf(rows)
  const cells = [...spanned([head], widths), ...groups.flatMap((group) => spanned(group, widths))]
  const lines = linesOf(CliTable, cells, padding)
  const isCompact = cells.every((row) => row.every(({ content }) => !content.includes('\n')))
  if (!isCompact) return lines
  // Between the rows of a group that is spanned there is a line of cli-table3 that other columns need.
  return lines.filter(
    (line, index) => index < 3 || index === lines.length - 1 || !line.startsWith('├') || groups.length < rows.length,
  )
}

/** The keys as narrow as they are, below longer titles too, which cli-table3 would divide between the columns. */
function frameWidths(sections: readonly Section[], most: number): number[] {
  const lines = sections.flatMap(({ rows }) => rows.flatMap(([, text]) => text))
  const texts = lines.flatMap((line) => broken(textOf(line), most))
  const keys = sections.flatMap(({ rows }) => rows.map(([key]) => textOf(key)))
  const titles = sections.map(({ title }) => textOf(title))
  // cli-table3 measures some scripts differently and would cut them.
  if (![...texts, ...keys, ...titles].every((text) => displayWidth(text) === text.length)) return []
  const longest = (all: readonly string[]) => Math.max(...all.map(displayWidth), 0)
  const [key, space] = [longest(keys), frameWidth(2, 1) - frameWidth(1, 1)]
  const value = Math.min(most, Math.max(longest(texts), longest(titles) - key - space))
  return [key + 2, value + 2]
}

/** Titles above keys and texts; undefined if the terminal is too narrow. */
function framed(CliTable: CliTable, sections: readonly Section[], width: number): readonly string[] | undefined {
  const keys = sections.flatMap(({ rows }) => rows.map(([key]) => displayWidth(textOf(key))))
  const most = width - frameWidth(2, 1) - Math.max(...keys, 0)
  if (most < NARROWEST) return undefined
  const cells: (readonly Cell[])[] = []
  /** Whether a line is drawn below a row: only titles and sections are divided. */
  const divides: boolean[] = []
  for (const { title, rows } of sections) {
    cells.push([{ content: encoded(title, width - frameWidth(1, 1)), colSpan: 2 }])
    divides.push(true)
    for (const [index, [key, text]] of rows.entries()) {
      cells.push([{ content: encoded(key, width) }, { content: text.map((line) => encoded(line, most)).join('\n') }])
      divides.push(index === rows.length - 1)
    }
  }
  const lines = linesOf(CliTable, cells, 1, frameWidths(sections, most))
  const kept: string[] = lines.slice(0, 1)
  let at = 1
  for (const [index, row] of cells.entries()) {
    const height = Math.max(...row.map(({ content }) => content.split('\n').length))
    kept.push(...lines.slice(at, at + height + (divides[index] ? 1 : 0)))
    at += height + 1
  }
  return kept
}

/** For terminals too narrow for the columns: each row is a section, with its other cells that are not empty. */
function recordsOf(head: Line, rows: readonly Line[]): readonly Section[] {
  return groupsOf(rows).map((group) => {
    const [title = ''] = group[0] ?? []
    const fields = group.flatMap((row) => row.slice(1).map((cell, index) => [head[index + 1] ?? '', [cell]] as const))
    return { title, rows: fields.filter(([, [cell = '']]) => textOf(cell) !== '') }
  })
}

const cleaned = (cell: Span): Span => withText(cell, clean(textOf(cell)))

/** Tables with borders. */
export async function drawnTables(): Promise<Tables> {
  const { default: CliTable } = await import('cli-table3')
  return {
    drawn: true,
    *columns(headers, rows, width) {
      if (width === undefined || rows.length === 0 || rows.length > MOST_ROWS) {
        yield* tableLines(headers, rows, width)
        return
      }
      const cells = rows.map((row) => row.map(cleaned))
      const head = headers.map((header) => styled('heading', header))
      const columns = fittingColumns([head, ...cells], width)
      const lines = columns ? grid(CliTable, head, cells, columns) : framed(CliTable, recordsOf(head, cells), width)
      if (lines === undefined) yield* tableLines(headers, cells, width)
      else yield* lines.map(decoded)
    },
    sections(sections, width) {
      const count = sections.reduce((sum, { rows }) => sum + rows.length, 0)
      if (width === undefined || count > MOST_ROWS) return undefined
      const clear = sections.map(({ title, rows }) => ({
        title: cleaned(title),
        rows: rows.map(([key, text]) => [cleaned(key), text.map(cleaned)] as const),
      }))
      return framed(CliTable, clear, width)?.map(decoded)
    },
  }
}
