/** JSON in pieces: the clusters of a large mesh do not fit into one string. */
import { breakBracketCommands } from '../common/ci-commands.ts'
import { HIDDEN, jsonEscape } from '../common/hidden.ts'
import { once } from '../common/once.ts'

const INDENT = '  '
/** Levels that are written item by item; below them, only values with a long list are. */
const STREAMED_LEVELS = 2
/** A list with this many items is written item by item at any level. */
const LONG_LIST = 256
/** How deep to look for long lists inside an object. */
const SEARCHED_LEVELS = 3

/** Characters that do not show and that JSON does not escape. They only occur in strings, and line breaks only outside. */
const unsafe = once(() => new RegExp(`(?!\\n)[${HIDDEN}]`, 'gu'))
/** Includes everything that `unsafe` matches. Most texts have none of it, and this test is ten times as fast. */
const BEYOND_ASCII = /[\u007f-\uffff]/

/** JSON text with everything escaped that does not show, or that a CI system takes for a command. */
function shown(json: string): string {
  const text = BEYOND_ASCII.test(json) ? json.replace(unsafe(), jsonEscape) : json
  return breakBracketCommands(text, '\\u0023')
}

/** The text of a value at a depth. Wrapping it in lists indents it, which is faster than inserting spaces. */
function whole(value: unknown, depth: number): string {
  let wrapped = value
  for (let level = 0; level < depth; level++) wrapped = [wrapped]
  const text = JSON.stringify(wrapped, undefined, INDENT)
  // Before the value, each list adds a bracket, a line break and an indentation; after it, the reverse.
  return shown(text.slice(depth * (depth + 3), text.length - depth * (depth + 1)))
}

type Mapping = { readonly [key: string]: unknown }

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A list whose items are computed during writing. */
const isStream = (value: unknown): value is Iterable<unknown> =>
  isMapping(value) && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'

function holdsLongList(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return value.length >= LONG_LIST
  if (levels === 0 || !isMapping(value)) return false
  for (const key in value) if (holdsLongList(value[key], levels - 1)) return true
  return false
}

class Writer {
  readonly #levels: number

  constructor(levels: number) {
    this.#levels = levels
  }

  *write(value: unknown, depth: number): Iterable<string> {
    if (this.#isWhole(value, depth)) yield whole(value, depth)
    else yield* this.#inPieces(value, depth)
  }

  /** Whether a value is written at once. */
  #isWhole(value: unknown, depth: number): boolean {
    return depth >= this.#levels && !isStream(value) && !holdsLongList(value, SEARCHED_LEVELS)
  }

  *#inPieces(value: unknown, depth: number): Iterable<string> {
    if (Array.isArray(value) || isStream(value)) yield* this.#list(value, depth)
    else if (isMapping(value)) yield* this.#mapping(value, depth)
    else yield whole(value, depth)
  }

  *#list(items: Iterable<unknown>, depth: number): Iterable<string> {
    const inner = `\n${INDENT.repeat(depth + 1)}`
    let before = `[${inner}`
    for (const item of items) {
      yield before
      yield* this.write(item, depth + 1)
      before = `,${inner}`
    }
    yield before.startsWith('[') ? '[]' : `\n${INDENT.repeat(depth)}]`
  }

  *#mapping(value: Mapping, depth: number): Iterable<string> {
    const inner = `\n${INDENT.repeat(depth + 1)}`
    let before = `{${inner}`
    for (const key of Object.keys(value)) {
      const item = value[key]
      if (item === undefined) continue
      const start = `${before}${whole(key, 0)}: `
      // Each piece passes through as many generators as it is deep.
      if (this.#isWhole(item, depth + 1)) yield start + whole(item, depth + 1)
      else {
        yield start
        yield* this.#inPieces(item, depth + 1)
      }
      before = `,${inner}`
    }
    yield before.startsWith('{') ? '{}' : `\n${INDENT.repeat(depth)}}`
  }
}

/**
 * A value as indented JSON with a final newline. An iterable is written as a list, item by item.
 * @param levels how many levels are written item by item, if large lists are deeper than usual
 */
export function* jsonChunks(value: unknown, levels: number = STREAMED_LEVELS): Iterable<string> {
  yield* new Writer(levels).write(value, 0)
  yield '\n'
}

/** A value as JSON without line breaks. */
export const jsonText = (value: unknown): string => shown(JSON.stringify(value))

/** A value as a line of JSON. */
export const jsonLine = (value: unknown): string => `${jsonText(value)}\n`
