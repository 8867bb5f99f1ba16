/** Answers that are compared with an earlier one: without some files, or from a moment ago. */
import type { ChangeCount } from '../findings/changes/index.ts'
import { formatOutput, type OutputFormat, renderText, type TextTarget, tablesFor } from '../formats/output.ts'
import { type Line, styled } from '../formats/spans.ts'
import type { Tables } from '../formats/table.ts'

export interface ReportOptions {
  /** Omit what is unchanged. */
  readonly onlyChanges: boolean
  /** The terminal's width; undefined for no truncation. */
  readonly width: number | undefined
  readonly tables: Tables
}

/** How to write a command's answers. With an earlier answer, changes are marked. */
export interface Report<A> {
  /** What was computed: the release, the proxy. A series of answers repeats only lines that change. */
  head(answer: A): Iterable<Line>
  text(answer: A, before: A | undefined, options: ReportOptions): Iterable<Line>
  /** The value of `-o json` and `-o yaml`. */
  message(answer: A, before: A | undefined, onlyChanges: boolean): unknown
  count(answer: A, before: A): ChangeCount
  /** Whether its tables are drawn with borders in a terminal. */
  readonly draws?: boolean
}

export interface Reported<A> {
  readonly answer: A
  readonly before: A | undefined
  readonly onlyChanges: boolean
}

/** An answer in the requested format, in pieces of text. */
export function reportOutput<A>(
  report: Report<A>,
  { answer, before, onlyChanges }: Reported<A>,
  format: OutputFormat,
  target: TextTarget,
): Promise<Iterable<string>> {
  const forms = {
    lines: (width: number | undefined, tables: Tables) => [
      ...report.head(answer),
      ...report.text(answer, before, { onlyChanges, width, tables }),
    ],
    draws: report.draws ?? false,
    message: () => report.message(answer, before, onlyChanges),
  }
  return formatOutput(format, forms, target)
}

const lineKey = (line: Line): string => JSON.stringify(line)

/** The lines of an answer's head that the earlier answer does not have. */
function changedHead<A>(report: Report<A>, answer: A, before: A | undefined): readonly Line[] {
  const lines = [...report.head(answer)]
  if (before === undefined) return lines
  const known = new Set([...report.head(before)].map(lineKey))
  return lines.filter((line) => !known.has(lineKey(line)))
}

const stampLines = (time: string): readonly Line[] => [[], [styled('dim', `# ${time}`)]]

/**
 * One of a series of answers: the first in full, later ones as changes.
 * @param time of the computation, in ISO 8601
 */
export async function updateOutput<A>(
  report: Report<A>,
  { answer, before, time }: { readonly answer: A; readonly before: A | undefined; readonly time: string },
  format: OutputFormat,
  target: TextTarget,
): Promise<Iterable<string>> {
  const onlyChanges = before !== undefined
  if (format === 'text') {
    const head = [...(onlyChanges ? stampLines(time) : []), ...changedHead(report, answer, before)]
    const { width } = target
    const tables = await tablesFor(target, report.draws)
    return renderText([...head, ...report.text(answer, before, { onlyChanges, width, tables })], target)
  }
  const message = { time, ...(report.message(answer, before, onlyChanges) as object) }
  // One line of JSON, or one YAML document, so that readers can take one update at a time.
  if (format === 'json') return [(await import('../formats/json.ts')).jsonLine(message)]
  return (await import('../formats/yaml.ts')).yamlDocuments([message])
}
