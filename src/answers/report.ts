/** Answers that are compared with an earlier one: of the mesh without some files, or of the moment before. */
import type { ChangeCount } from '../findings/changes/index.ts'
import { formatOutput, type OutputFormat, type TextTarget } from '../formats/output.ts'
import { type Line, renderLines, styled } from '../formats/spans.ts'

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

/** An answer in the format that was asked for, in pieces of text. */
export function reportOutput<A>(
  report: Report<A>,
  { answer, before, onlyChanges }: Reported<A>,
  format: OutputFormat,
  target: TextTarget,
): Promise<Iterable<string>> {
  const forms = {
    lines: (width: number | undefined) => report.text(answer, before, { onlyChanges, width }),
    message: () => report.message(answer, before, onlyChanges),
  }
  return formatOutput(format, forms, target)
}

const stampLines = (time: string): readonly Line[] => [[], [styled('dim', `# ${time}`)]]

/**
 * One of several answers that are written one after the other: the first one whole, of later ones what changed.
 * @param time of the computation, in ISO 8601
 */
export async function updateOutput<A>(
  report: Report<A>,
  { answer, before, time }: { readonly answer: A; readonly before: A | undefined; readonly time: string },
  format: OutputFormat,
  { paint, width }: TextTarget,
): Promise<Iterable<string>> {
  const onlyChanges = before !== undefined
  if (format === 'text') {
    const lines = report.text(answer, before, { onlyChanges, width })
    return renderLines([...(onlyChanges ? stampLines(time) : []), ...lines], paint)
  }
  const message = { time, ...(report.message(answer, before, onlyChanges) as object) }
  // One line of JSON, or one document of YAML: readers take an update at a time.
  if (format === 'json') return [(await import('../formats/json.ts')).jsonLine(message)]
  return (await import('../formats/yaml.ts')).yamlDocuments([message])
}
