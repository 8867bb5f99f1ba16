/** Results as workflow commands, which GitHub Actions shows as annotations. */
import { clean } from '../clean.ts'
import { type Failure, failureText, INPUT_ERROR, type Level, type Result } from './result.ts'

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'notice' }

const DATA_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['%', '%25'],
  ['\r', '%0D'],
  ['\n', '%0A'],
])
const PROPERTY_ESCAPES: ReadonlyMap<string, string> = new Map([...DATA_ESCAPES, [':', '%3A'], [',', '%2C']])

/** Line breaks separate the lines; those within a line have been made visible. */
export const data = (lines: readonly string[]): string =>
  lines
    .map(clean)
    .join('\n')
    .replace(/[%\r\n]/g, (character) => DATA_ESCAPES.get(character) ?? character)

/** A value in the head of a command. */
export const property = (text: string): string =>
  clean(text).replace(/[%\r\n:,]/g, (character) => PROPERTY_ESCAPES.get(character) ?? character)

const messageLines = ({ message, related, notes }: Result): string[] => [
  message,
  ...related.map(({ message: text, place }) => `${place.file}:${place.line}: ${text}`),
  ...notes,
]

/** A property for each part of a place that is known. */
function failureProperties({ file, position }: Failure, fromTop: (file: string) => string): readonly string[] {
  return [
    ...(file === undefined ? [] : [`file=${property(fromTop(file))}`]),
    ...(position ? [`line=${position.line}`, `col=${position.column}`] : []),
    `title=${INPUT_ERROR}`,
  ]
}

/** What annotations are about. */
export interface GithubReport {
  readonly results: Iterable<Result>
  readonly failures: readonly Failure[]
}

/**
 * One command per result, after one per error of the input.
 * @param fromTop converts a file's path to one from the top of the checkout, which annotations need
 */
export function* githubText({ results, failures }: GithubReport, fromTop: (file: string) => string): Iterable<string> {
  for (const failure of failures) {
    yield `::error ${failureProperties(failure, fromTop).join(',')}::${data([failureText(failure)])}\n`
  }
  for (const result of results) {
    const { rule, level, object, place } = result
    const properties = [
      `file=${property(fromTop(place.file))}`,
      `line=${place.line}`,
      `col=${place.column}`,
      `endLine=${place.line}`,
      `endColumn=${place.column + place.length}`,
      `title=${property(`${rule}: ${object}`)}`,
    ].join(',')
    yield `::${COMMANDS[level]} ${properties}::${data(messageLines(result))}\n`
  }
}
