/** YAML in pieces, one per item of the upper levels, so that large answers are never a single string. */
import { yamlText } from '../sources/yaml/text.ts'

/** Levels that are written item by item. */
const STREAMED_LEVELS = 2
const INDENT = '  '

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A list, or an iterable that is written as one. */
const isList = (value: unknown): value is Iterable<unknown> => isObject(value) && Symbol.iterator in value

const indented = (text: string, indent: string): string => (indent === '' ? text : text.replace(/^(?=.)/gm, indent))

const entriesOf = (value: object): readonly [string, unknown][] =>
  Object.entries(value).filter(([, item]) => item !== undefined)

/** Whether a value is written on lines below its key. */
const hasLines = (value: unknown): boolean =>
  isObject(value) && (isList(value) ? !Array.isArray(value) || value.length > 0 : entriesOf(value).length > 0)

/** Replaces iterables by lists. */
function computed(value: unknown): unknown {
  if (!isObject(value)) return value
  if (isList(value)) return Array.from(value, computed)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, computed(item)]))
}

const keyLine = (key: string): string => yamlText({ [key]: null }).replace(/ null\n$/, '\n')

function* listPieces(items: Iterable<unknown>, indent: string): Iterable<string> {
  let isEmpty = true
  for (const item of items) {
    yield indented(yamlText([computed(item)]), indent)
    isEmpty = false
  }
  if (isEmpty) yield `${indent}[]\n`
}

function* pieces(value: unknown, indent: string, levels: number): Iterable<string> {
  if (!hasLines(value)) yield indented(yamlText(value), indent)
  else if (isList(value)) yield* listPieces(value, indent)
  else {
    for (const [key, item] of entriesOf(value as object)) {
      if (levels > 1 && hasLines(item)) {
        yield indented(keyLine(key), indent)
        yield* pieces(item, indent + INDENT, levels - 1)
      } else yield indented(yamlText({ [key]: computed(item) }), indent)
    }
  }
}

/** A value as YAML with a final newline. An iterable is written as a list, item by item. */
export function* yamlChunks(value: unknown): Iterable<string> {
  yield* pieces(value, '', STREAMED_LEVELS)
}

/** Values as one YAML document each. */
export function* yamlDocuments(values: Iterable<unknown>): Iterable<string> {
  for (const value of values) {
    yield '---\n'
    yield* yamlChunks(value)
  }
}
