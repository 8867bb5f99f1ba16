/**
 * Reads documents in the style in which most manifests are written, without the events of the parser: mappings and
 * sequences in block style, with keys, texts and collections in brackets that begin and end on one line. Anything else is
 * left to the parser: anchors, tags, brackets over several lines, escapes, block texts, duplicate keys, tabs, errors.
 */
import type { JsonValue } from '../document.ts'
import type { Slice } from '../split.ts'
import { BLOCK, scalarEvent } from './block-events.ts'
import { hasKey, type JsonObject } from './frame.ts'
import { keyOf } from './known-keys.ts'
import { ABSENT } from './nodes.ts'
import { DEEPEST, OneLineReader } from './one-line.ts'
import { EVENT_ID, type Event, parseYaml, SCALAR_STYLE } from './parser.ts'

/** A document with any other character is left to the parser. */
const OTHER_CHARACTER = /[^\n\x20-\x7e]/

const KEY = /[A-Za-z_][A-Za-z0-9_./-]*:(?=[ \n]|$)/y
const SPACE = 32
const HASH = 35
const DASH = 45
const LINE_FEED = 10

const MARKER = '---'

/** undefined stands for what is left to the parser. */
class BlockReader {
  readonly #text: string
  readonly #events: Event[] | undefined
  readonly #values: OneLineReader
  #end = 0
  /** The first character of the current line that is not a space; unless the document has ended. */
  #at = 0
  /** How far the current line is indented; -1 at the end of the document. */
  #indent = 0
  #depth = 0

  /** @param events receives the events that the parser would have */
  constructor(text: string, events?: Event[]) {
    this.#text = text
    this.#events = events
    this.#values = new OneLineReader(text, events)
  }

  read({ start, end }: Slice): JsonObject | undefined {
    if (OTHER_CHARACTER.test(this.#text.slice(start, end))) return undefined
    this.#end = end
    this.#depth = 0
    this.#toContent(start)
    const explicitStart = this.#isMarker()
    if (explicitStart) this.#toContent(this.#at + MARKER.length)
    this.#events?.push({ type: EVENT_ID.DOCUMENT, explicitStart, explicitEnd: false, directives: [] })
    if (this.#indent < 0 || this.#isDash()) return undefined
    const value = this.#mapping(this.#indent)
    this.#events?.push({ type: EVENT_ID.POP })
    return this.#indent < 0 ? value : undefined
  }

  #isMarker(): boolean {
    return this.#indent === 0 && this.#text.startsWith(`${MARKER}\n`, this.#at)
  }

  /**
   * Goes to the next line that is not blank or a comment.
   * @param from the end of the line before, or the start of a line
   */
  #toContent(from: number): void {
    const text = this.#text
    let lineStart = from
    for (let at = from; at < this.#end; at++) {
      const code = text.charCodeAt(at)
      if (code === LINE_FEED) lineStart = at + 1
      else if (code === HASH) at = this.#lineEnd(at) - 1
      else if (code !== SPACE) {
        this.#at = at
        this.#indent = at - lineStart
        return
      }
    }
    this.#indent = -1
  }

  #lineEnd(from: number): number {
    const at = this.#text.indexOf('\n', from)
    return at < 0 ? this.#end : at
  }

  #isDash(): boolean {
    return this.#text.charCodeAt(this.#at) === DASH && this.#text.charCodeAt(this.#at + 1) === SPACE
  }

  /** A collection that begins on the current line. */
  #collection(): JsonValue | undefined {
    if (this.#depth === DEEPEST) return undefined
    this.#depth++
    const value = this.#isDash() ? this.#sequence(this.#indent) : this.#mapping(this.#indent)
    this.#depth--
    return value
  }

  /** A mapping whose first key is at the current position. */
  #mapping(indent: number): JsonObject | undefined {
    const map: JsonObject = {}
    this.#events?.push({ type: EVENT_ID.MAPPING, start: this.#at, ...BLOCK })
    do {
      KEY.lastIndex = this.#at
      if (!KEY.test(this.#text)) return undefined
      const colon = KEY.lastIndex - 1
      const key = keyOf(this.#text.slice(this.#at, colon))
      if (key === undefined || hasKey(map, key)) return undefined
      this.#events?.push(scalarEvent(this.#at, colon, SCALAR_STYLE.PLAIN))
      const value = this.#entry(colon + 1, indent)
      if (value === undefined) return undefined
      map[key] = value
    } while (this.#indent === indent)
    this.#events?.push({ type: EVENT_ID.POP })
    return this.#indent > indent ? undefined : map
  }

  /** The value behind a colon. */
  #entry(from: number, indent: number): JsonValue | undefined {
    const at = this.#skipSpaces(from)
    const code = at < this.#end ? this.#text.charCodeAt(at) : LINE_FEED
    if (code !== LINE_FEED && code !== HASH) return this.#oneLine(at, indent)
    this.#toContent(at)
    if (this.#indent > indent || (this.#indent === indent && this.#isDash())) return this.#collection()
    this.#events?.push(scalarEvent(ABSENT, ABSENT, SCALAR_STYLE.PLAIN))
    return null
  }

  #sequence(indent: number): JsonValue[] | undefined {
    const list: JsonValue[] = []
    this.#events?.push({ type: EVENT_ID.SEQUENCE, start: this.#at, ...BLOCK })
    do {
      const at = this.#skipSpaces(this.#at + 1)
      const value = this.#item(at, indent)
      if (value === undefined) return undefined
      list.push(value)
    } while (this.#indent === indent && this.#isDash())
    this.#events?.push({ type: EVENT_ID.POP })
    return this.#indent > indent ? undefined : list
  }

  /** @param at behind the dash and its spaces */
  #item(at: number, indent: number): JsonValue | undefined {
    KEY.lastIndex = at
    if (!KEY.test(this.#text)) return this.#oneLine(at, indent)
    this.#indent += at - this.#at
    this.#at = at
    return this.#collection()
  }

  #skipSpaces(from: number): number {
    let at = from
    while (this.#text.charCodeAt(at) === SPACE) at++
    return at
  }

  /** A value on one line, and goes to the next line, which must not continue it. */
  #oneLine(at: number, indent: number): JsonValue | undefined {
    const value = this.#values.read(at, this.#depth)
    if (value === undefined) return undefined
    this.#toLineBehind(this.#values.end)
    return this.#indent > indent ? undefined : value
  }

  /** @param end of a value, before a comment or a line break */
  #toLineBehind(end: number): void {
    this.#toContent(this.#text.charCodeAt(end) === LINE_FEED ? end : this.#lineEnd(end))
  }
}

/**
 * A reader of a text.
 * @returns a function that gives the object that a document has; undefined if the parser has to read the document
 */
export function blockReader(text: string, events?: Event[]): (slice: Slice) => JsonObject | undefined {
  const reader = new BlockReader(text, events)
  return (slice) => {
    try {
      return reader.read(slice)
    } catch {
      // The patterns fail on words of megabytes.
      return undefined
    }
  }
}

/**
 * The events of one document, which was read before: its depth is not checked.
 * @throws ParseError
 */
export function readEvents(text: string): Event[] {
  const events: Event[] = []
  const isRead = blockReader(text, events)({ start: 0, end: text.length }) !== undefined
  return isRead ? events : parseYaml(text, Number.MAX_SAFE_INTEGER)
}
