/** Answers that are compared with an earlier one: of the mesh without some files, or of the moment before. */
import type { ChangeCount } from '../findings/changes.ts'
import { type DataFormat, formatData } from '../formats/data.ts'
import { type Line, renderLines } from '../formats/spans.ts'
import type { Session } from './session.ts'

export interface ReportOptions {
  /** What did not change is left out. */
  readonly onlyChanges: boolean
  /** Of the terminal; undefined when nothing is to be cut off. */
  readonly width: number | undefined
}

/** How answers of a command are written. With an earlier answer, what changed since is marked. */
export interface Report<A> {
  text(answer: A, before: A | undefined, options: ReportOptions): Iterable<Line>
  /** The value of `-o json` and `-o yaml`. */
  message(answer: A, before: A | undefined, onlyChanges: boolean): unknown
  count(answer: A, before: A): ChangeCount
}

export interface Reported<A> {
  readonly answer: A
  readonly before: A | undefined
  readonly onlyChanges: boolean
}

/** Width of the terminal that stdout is; undefined when it is none. */
export const widthOf = ({ io: { stdout } }: Session): number | undefined => (stdout.isTTY ? stdout.columns : undefined)

/** An answer in the format that was asked for. */
export async function reportOutput<A>(
  report: Report<A>,
  { answer, before, onlyChanges }: Reported<A>,
  format: DataFormat | 'text',
  session: Session,
): Promise<Iterable<string>> {
  if (format !== 'text') return formatData(format, report.message(answer, before, onlyChanges))
  return renderLines(report.text(answer, before, { onlyChanges, width: widthOf(session) }), session.paint)
}
