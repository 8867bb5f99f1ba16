/** Results as workflow commands, which GitHub Actions shows as annotations. */
import { clean } from '../clean.ts'
import type { Level, Result } from './result.ts'

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'notice' }

const DATA_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['%', '%25'],
  ['\r', '%0D'],
  ['\n', '%0A'],
])
const PROPERTY_ESCAPES: ReadonlyMap<string, string> = new Map([...DATA_ESCAPES, [':', '%3A'], [',', '%2C']])

/** Line breaks separate the lines; those within a line have been made visible. */
const data = (lines: readonly string[]): string =>
  lines
    .map(clean)
    .join('\n')
    .replace(/[%\r\n]/g, (character) => DATA_ESCAPES.get(character) ?? character)

const property = (text: string): string =>
  clean(text).replace(/[%\r\n:,]/g, (character) => PROPERTY_ESCAPES.get(character) ?? character)

const messageLines = ({ message, related, notes }: Result): string[] => [
  message,
  ...related.map(({ message: text, place }) => `${place.file}:${place.line}: ${text}`),
  ...notes,
]

/**
 * One command per result.
 * @param fromTop converts a file's path to one from the top of the checkout, which annotations need
 */
export function* githubText(results: Iterable<Result>, fromTop: (file: string) => string): Iterable<string> {
  for (const result of results) {
    const { rule, level, object, place } = result
    const properties = [
      `file=${property(fromTop(place.file))}`,
      `line=${place.line}`,
      `col=${place.column}`,
      `endColumn=${place.column + place.length}`,
      `title=${property(`${rule}: ${object}`)}`,
    ].join(',')
    yield `::${COMMANDS[level]} ${properties}::${data(messageLines(result))}\n`
  }
}
