/** A value in the format that was asked for: lines for people, JSON or YAML for programs. */
import { type DataFormat, formatData } from './data.ts'
import { type Line, type Painter, renderLines } from './spans.ts'

export type OutputFormat = DataFormat | 'text'

/** What text is written to. */
export interface TextTarget {
  readonly paint: Painter
  /** Columns of the terminal; undefined when nothing is to be cut off. */
  readonly width: number | undefined
}

/** Both forms of one answer; only the form that is asked for is computed. */
export interface Forms {
  /** @param width of the terminal; undefined when nothing is to be cut off */
  lines(width: number | undefined): Iterable<Line>
  /** The value of `-o json` and `-o yaml`. */
  message(): unknown
  /** Levels of JSON that are pieces of their own; undefined for the usual ones. */
  readonly levels?: number
}

/** Text of an answer in pieces. */
export async function formatOutput(
  format: OutputFormat,
  forms: Forms,
  { paint, width }: TextTarget,
): Promise<Iterable<string>> {
  if (format !== 'text') return formatData(format, forms.message(), forms.levels)
  return renderLines(forms.lines(width), paint)
}
