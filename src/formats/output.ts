/** An answer in the requested format: lines for people, JSON or YAML for programs. */
import { type DataFormat, formatData } from './data.ts'
import { type Line, type Painter, renderLines, styled, textOf } from './spans.ts'
import { PLAIN_TABLES, type Tables } from './table.ts'
import { wrapLine } from './wrap.ts'

export type OutputFormat = DataFormat | 'text'

/** The target of text output. */
export interface TextTarget {
  readonly paint: Painter
  /** Columns of the terminal; undefined for no truncation. */
  readonly width: number | undefined
  /** Loads what draws tables with borders; only a terminal has it. */
  readonly drawnTables?: () => Promise<Tables>
}

/** Both forms of an answer; only the requested one is computed. */
export interface Forms {
  /**
   * @param width that of the terminal; undefined for no truncation
   * @param tables `PLAIN_TABLES` unless the answer `draws`
   */
  lines(width: number | undefined, tables: Tables): Iterable<Line>
  /** Whether its tables are drawn with borders in a terminal, because people read them there. */
  readonly draws?: boolean
  /** The value of `-o json` and `-o yaml`. */
  message(): unknown
  /** Levels of JSON that become separate pieces; undefined for the default. */
  readonly levels?: number
}

/** A line for people only, such as `# proxy: ...` and dig's `;; why: ...`. */
const COMMENT = /^(#|;+) /

/** Comments that are wider than the terminal continue as comments; data is never broken. */
function* wrapComments(lines: Iterable<Line>, width: number | undefined): Iterable<Line> {
  for (const line of lines) {
    const [first = ''] = line
    const marker = COMMENT.exec(textOf(first))?.[1]
    if (marker === undefined) yield line
    else yield* wrapLine(line, width, styled('dim', `${marker}   `))
  }
}

/** Lines as text, with comments wrapped. */
export const renderText = (lines: Iterable<Line>, { paint, width }: TextTarget): Iterable<string> =>
  renderLines(wrapComments(lines, width), paint)

/** @param draws whether tables have borders in a terminal; without one they are columns, for scripts */
export async function tablesFor({ width, drawnTables }: TextTarget, draws = false): Promise<Tables> {
  return width === undefined || !draws || !drawnTables ? PLAIN_TABLES : drawnTables()
}

/** The text of an answer in pieces. */
export async function formatOutput(format: OutputFormat, forms: Forms, target: TextTarget): Promise<Iterable<string>> {
  if (format !== 'text') return formatData(format, forms.message(), forms.levels)
  return renderText(forms.lines(target.width, await tablesFor(target, forms.draws)), target)
}
