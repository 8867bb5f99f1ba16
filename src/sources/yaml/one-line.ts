/**
 * Reads values that begin and end on one line: texts, numbers, and mappings and sequences in brackets. What go-yaml and
 * the parser may read differently, or what takes a second look, is left to the parser.
 */
import type { JsonValue } from '../document.ts'
import { FLOW, scalarEvent } from './block-events.ts'
import { hasKey, type JsonObject } from './frame.ts'
import { keyOf } from './known-keys.ts'
import { EVENT_ID, type Event, SCALAR_STYLE } from './parser.ts'
import { beginsText, resolvePlain } from './scalars.ts'

/** Quotes and brackets are left out, although they are ordinary characters behind the first one. */
const PLAIN =
  /(?:[A-Za-z0-9_./+~]|-[0-9])(?:[A-Za-z0-9_./+~=,;@%*()$&!^<>|\\-]|:(?![ \n]|$)| +[A-Za-z0-9_./+~=,;@%*()$&!^<>|\\-])*(?=\n|$| *\n| +#)/y
const QUOTED = /(?:"[^"\\\n]*"|'[^'\n]*')(?=\n|$| *\n| +#)/y

/** A text in brackets. */
const ITEM =
  /(?:"[^"\\\n]*"|'[^'\n]*'|(?:[A-Za-z0-9_./]|-[0-9])(?:[A-Za-z0-9_./+*=@-]|:[A-Za-z0-9_./]| +[A-Za-z0-9_./])*)(?=[ ,\]}])/y
/** A key in brackets; quotes are left to the parser. */
const ITEM_KEY = /[A-Za-z_][A-Za-z0-9_./-]*:(?= )/y
const LINE_REST = /(?=\n|$| *\n| +#)/y

const SPACE = 32
const ZERO = 48
const NINE = 57
const DOUBLE_QUOTE = 34
const SINGLE_QUOTE = 39
const COMMA = 44
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** How deep collections may nest: far below every limit. */
export const DEEPEST = 50

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

/** Methods give undefined for what is left to the parser. */
export class OneLineReader {
  readonly #text: string
  readonly #events: Event[] | undefined
  /** Where the value ends that was read last. */
  #end = 0

  /** @param events receives the events that the parser would have */
  constructor(text: string, events: Event[] | undefined) {
    this.#text = text
    this.#events = events
  }

  /** Where the value ends that was read last: before blanks and a line break or a comment. */
  get end(): number {
    return this.#end
  }

  /**
   * The value that begins at a position and is the rest of its line.
   * @param depth of the collection around it
   */
  read(at: number, depth: number): JsonValue | undefined {
    const first = this.#text.charCodeAt(at)
    if (first === OPEN_BRACKET || first === OPEN_BRACE) return this.#lastOfLine(this.#collection(at, first, depth))
    const pattern = first === DOUBLE_QUOTE || first === SINGLE_QUOTE ? QUOTED : PLAIN
    return this.#scalar(at, first, pattern)
  }

  #lastOfLine(value: JsonValue | undefined): JsonValue | undefined {
    LINE_REST.lastIndex = this.#end
    return LINE_REST.test(this.#text) ? value : undefined
  }

  #scalar(at: number, first: number, pattern: RegExp): JsonValue | undefined {
    pattern.lastIndex = at
    if (!pattern.test(this.#text)) return undefined
    const end = pattern.lastIndex
    this.#end = end
    if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
      const style = first === DOUBLE_QUOTE ? SCALAR_STYLE.DOUBLE_QUOTED : SCALAR_STYLE.SINGLE_QUOTED
      this.#events?.push(scalarEvent(at + 1, end - 1, style))
      return this.#text.slice(at + 1, end - 1)
    }
    this.#events?.push(scalarEvent(at, end, SCALAR_STYLE.PLAIN))
    const text = this.#text.slice(at, end)
    if (beginsText(first)) return text
    // An octal number is a surprise, which the parser's reader notes.
    if (first === ZERO && end > at + 1 && isDigit(this.#text.charCodeAt(at + 1))) return undefined
    const value = resolvePlain(text)
    return typeof value === 'number' && !Number.isFinite(value) ? undefined : value
  }

  #collection(at: number, open: number, depth: number): JsonValue | undefined {
    if (depth === DEEPEST) return undefined
    return open === OPEN_BRACE ? this.#mapping(at, depth + 1) : this.#sequence(at, depth + 1)
  }

  /** A value in brackets. */
  #item(at: number, depth: number): JsonValue | undefined {
    const first = this.#text.charCodeAt(at)
    if (first === OPEN_BRACKET || first === OPEN_BRACE) return this.#collection(at, first, depth)
    return this.#scalar(at, first, ITEM)
  }

  #sequence(start: number, depth: number): JsonValue[] | undefined {
    this.#events?.push({ type: EVENT_ID.SEQUENCE, start, ...FLOW })
    const list: JsonValue[] = []
    let at = this.#skipSpaces(start + 1)
    while (list.length > 0 || this.#text.charCodeAt(at) !== CLOSE_BRACKET) {
      const item = this.#item(at, depth)
      if (item === undefined) return undefined
      list.push(item)
      at = this.#skipSpaces(this.#end)
      if (this.#text.charCodeAt(at) === CLOSE_BRACKET) break
      if (this.#text.charCodeAt(at) !== COMMA) return undefined
      at = this.#skipSpaces(at + 1)
    }
    this.#close(at)
    return list
  }

  #mapping(start: number, depth: number): JsonObject | undefined {
    this.#events?.push({ type: EVENT_ID.MAPPING, start, ...FLOW })
    const map: JsonObject = {}
    let at = this.#skipSpaces(start + 1)
    let isEmpty = true
    while (!isEmpty || this.#text.charCodeAt(at) !== CLOSE_BRACE) {
      if (!this.#pair(map, at, depth)) return undefined
      isEmpty = false
      at = this.#skipSpaces(this.#end)
      if (this.#text.charCodeAt(at) === CLOSE_BRACE) break
      if (this.#text.charCodeAt(at) !== COMMA) return undefined
      at = this.#skipSpaces(at + 1)
    }
    this.#close(at)
    return map
  }

  /** @returns whether the key and its value are read */
  #pair(map: JsonObject, at: number, depth: number): boolean {
    ITEM_KEY.lastIndex = at
    if (!ITEM_KEY.test(this.#text)) return false
    const colon = ITEM_KEY.lastIndex - 1
    const key = keyOf(this.#text.slice(at, colon))
    if (key === undefined || hasKey(map, key)) return false
    this.#events?.push(scalarEvent(at, colon, SCALAR_STYLE.PLAIN))
    const value = this.#item(this.#skipSpaces(colon + 1), depth)
    if (value === undefined) return false
    map[key] = value
    return true
  }

  #close(at: number): void {
    this.#events?.push({ type: EVENT_ID.POP })
    this.#end = at + 1
  }

  #skipSpaces(from: number): number {
    let at = from
    while (this.#text.charCodeAt(at) === SPACE) at++
    return at
  }
}
