/**
 * YAML in pieces, one for each item of the upper levels. Written here and not by the package `yaml`, which takes thirty
 * times as long: what is written is data, without comments, anchors and styles.
 */

/** Levels that are written item by item. */
const STREAMED_LEVELS = 2
const INDENT = '  '

/** What JSON leaves as it is and a terminal may act on; line breaks that are not escaped among them. */
const STILL_UNSAFE = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu
const BEYOND_ASCII = /[\u007f-\uffff]/
const CONTROL = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u

/** Texts without a meaning of their own: they begin with a letter, and have no colon or hash before or after a blank. */
const PLAIN = /^[A-Za-z/](?:[\w./@+()*;,=<>'-]|:(?=\S)| (?=[\w./@+()*<>'"-]))*$/
/** Of IPv6 only what is shortened: eight numbers with colons may be a number to the base of 60. */
const ADDRESS =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{1,4}(?::[\da-f]{1,4}){0,6}::[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})(?:\/\d+)?$/
/** Words that YAML 1.1, and so Kubernetes, reads as booleans or null. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i
/** A longer key needs a mark of its own. */
const LONGEST_KEY = 1000

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON's strings are YAML's double-quoted scalars. */
function quoted(text: string): string {
  const json = JSON.stringify(text)
  return BEYOND_ASCII.test(json) ? json.replace(STILL_UNSAFE, escapeCharacter) : json
}

function isPlain(text: string): boolean {
  return ADDRESS.test(text) || (PLAIN.test(text) && !RESERVED.test(text))
}

/** Several lines that can stand as they are. */
function isBlock(text: string): boolean {
  const end = text.length - 1
  const first = text.indexOf('\n')
  if (first <= 0 || text.startsWith(' ') || (first < end && text[end] === '\n' && text[end - 1] === '\n')) return false
  return !CONTROL.test(text.replaceAll('\n', ''))
}

function blockText(text: string, indent: string): string {
  const ends = text.endsWith('\n')
  const lines = (ends ? text.slice(0, -1) : text).split('\n')
  return [ends ? '|' : '|-', ...lines.map((line) => (line === '' ? '' : indent + line))].join('\n')
}

/** @param indent of the lines of a text that has several */
function scalarText(value: unknown, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null'
  if (isPlain(value)) return value
  return isBlock(value) ? blockText(value, indent) : quoted(value)
}

function keyText(key: string): string {
  if (isPlain(key)) return key
  return key.length > LONGEST_KEY ? `? ${quoted(key)}\n` : quoted(key)
}

type Mapping = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A list, or what is computed while it is written as one. */
const isList = (value: unknown): value is Iterable<unknown> => isObject(value) && Symbol.iterator in value

const entriesOf = (value: object): readonly [string, unknown][] =>
  Object.entries(value as Mapping).filter(([, item]) => item !== undefined)

/** A value in the line in which it begins; undefined when it has lines of its own. */
function inline(value: unknown, indent: string): string | undefined {
  if (!isObject(value)) return scalarText(value, indent)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined
  if (isList(value)) return undefined
  return entriesOf(value).length === 0 ? '{}' : undefined
}

/** The lines of a value behind the first line's indentation. */
function block(value: unknown, indent: string): string {
  const text = inline(value, indent + INDENT)
  if (text !== undefined) return text
  if (isList(value)) {
    return [...value].map((item) => `- ${block(item, indent + INDENT)}`).join(`\n${indent}`)
  }
  return entriesOf(value as object)
    .map(([key, item]) => entryText(key, item, indent))
    .join(`\n${indent}`)
}

function entryText(key: string, item: unknown, indent: string): string {
  const name = keyText(key)
  const start = name.endsWith('\n') ? `${name}${indent}:` : `${name}:`
  const text = inline(item, indent + INDENT)
  return text === undefined ? `${start}\n${indent}${INDENT}${block(item, indent + INDENT)}` : `${start} ${text}`
}

function* listPieces(items: Iterable<unknown>, indent: string): Iterable<string> {
  let isEmpty = true
  for (const item of items) {
    yield `${indent}- ${block(item, indent + INDENT)}\n`
    isEmpty = false
  }
  if (isEmpty) yield `${indent}[]\n`
}

function* pieces(value: unknown, indent: string, levels: number): Iterable<string> {
  if (inline(value, indent) !== undefined) yield `${indent}${block(value, indent)}\n`
  else if (isList(value)) yield* listPieces(value, indent)
  else {
    for (const [key, item] of entriesOf(value as object)) {
      if (levels > 1 && inline(item, indent) === undefined) {
        const name = keyText(key)
        yield `${indent}${name.endsWith('\n') ? `${name}${indent}` : name}:\n`
        yield* pieces(item, indent + INDENT, levels - 1)
      } else yield `${indent}${entryText(key, item, indent)}\n`
    }
  }
}

/** A value as YAML with a final newline. An iterable in it is written as a list, item by item. */
export function* yamlChunks(value: unknown): Iterable<string> {
  yield* pieces(value, '', STREAMED_LEVELS)
}
