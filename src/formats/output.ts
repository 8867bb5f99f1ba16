/** An answer in the requested format: lines for people, JSON or YAML for programs. */
import { type DataFormat, formatData } from './data.ts'
import { type Line, type Painter, renderLines } from './spans.ts'

export type OutputFormat = DataFormat | 'text'

/** The target of text output. */
export interface TextTarget {
  readonly paint: Painter
  /** Columns of the terminal; undefined for no truncation. */
  readonly width: number | undefined
}

/** Both forms of an answer; only the requested one is computed. */
export interface Forms {
  /** @param width that of the terminal; undefined for no truncation */
  lines(width: number | undefined): Iterable<Line>
  /** The value of `-o json` and `-o yaml`. */
  message(): unknown
  /** Levels of JSON that become separate pieces; undefined for the default. */
  readonly levels?: number
}

/** The text of an answer in pieces. */
export async function formatOutput(
  format: OutputFormat,
  forms: Forms,
  { paint, width }: TextTarget,
): Promise<Iterable<string>> {
  if (format !== 'text') return formatData(format, forms.message(), forms.levels)
  return renderLines(forms.lines(width), paint)
}
