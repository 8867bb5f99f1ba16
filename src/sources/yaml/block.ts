/**
 * Reads documents in the style in which most manifests are written, without the events of the parser: mappings and
 * sequences in block style, with keys and texts that begin and end on one line, and lists of texts in brackets on one line.
 * Anything else is left to the parser: anchors, tags, other brackets, escapes, block texts, duplicate keys, tabs, errors.
 */
import type { JsonValue } from '../document.ts'
import type { Slice } from '../split.ts'
import { BLOCK, FLOW, scalarEvent } from './block-events.ts'
import { hasKey, type JsonObject } from './frame.ts'
import { ABSENT } from './nodes.ts'
import { EVENT_ID, type Event, parseYaml, SCALAR_STYLE } from './parser.ts'
import { beginsText, resolvePlain } from './scalars.ts'

/** A document with any other character is left to the parser. */
const OTHER_CHARACTER = /[^\n\x20-\x7e]/

const KEY = /[A-Za-z_][A-Za-z0-9_./-]*:(?=[ \n]|$)/y
/** Quotes and brackets are left out, although they are ordinary characters behind the first one. */
const PLAIN =
  /(?:[A-Za-z0-9_./+~]|-[0-9])(?:[A-Za-z0-9_./+~=,;@%*()$&!^<>|\\-]|:(?![ \n]|$)| +[A-Za-z0-9_./+~=,;@%*()$&!^<>|\\-])*(?=\n|$| *\n| +#)/y
const QUOTED = /(?:"[^"\\\n]*"|'[^'\n]*')(?=\n|$| *\n| +#)/y

/** A text in brackets. */
const ITEM = /(?:"[^"\\\n]*"|'[^'\n]*'|[A-Za-z0-9_./][A-Za-z0-9_./+-]*)(?=[ ,\]])/y
const LINE_REST = /(?=\n|$| *\n| +#)/y

const SPACE = 32
const HASH = 35
const DASH = 45
const ZERO = 48
const NINE = 57
const LINE_FEED = 10
const DOUBLE_QUOTE = 34
const SINGLE_QUOTE = 39
const COMMA = 44
const OPEN = 91
const CLOSE = 93

const MARKER = '---'

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

/** The parser refuses keys of more than 1,024 characters. */
const LONGEST_KEY = 1000
/** Far below every limit. */
const DEEPEST = 50

/** Keys that were read before, so that equal keys are the same string. Few files use more different ones. */
const keys = new Map<string, string>()
const MOST_KEYS = 1000

/** Not a key to Kubernetes as it is written, such as `on`. */
const isKey = (text: string): boolean =>
  text.length <= LONGEST_KEY && text !== '__proto__' && (beginsText(text.charCodeAt(0)) || resolvePlain(text) === text)

function keyOf(text: string): string | undefined {
  const known = keys.get(text)
  if (known !== undefined || !isKey(text)) return known
  if (keys.size < MOST_KEYS) keys.set(text, text)
  return text
}

/** undefined stands for what is left to the parser. */
class BlockReader {
  readonly #text: string
  readonly #events: Event[] | undefined
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
    if (code !== LINE_FEED && code !== HASH) return this.#scalar(at, indent)
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
    if (!KEY.test(this.#text)) return this.#scalar(at, indent)
    this.#indent += at - this.#at
    this.#at = at
    return this.#collection()
  }

  #skipSpaces(from: number): number {
    let at = from
    while (this.#text.charCodeAt(at) === SPACE) at++
    return at
  }

  /** A text or number, and goes to the next line, which must not continue it. */
  #scalar(at: number, indent: number): JsonValue | undefined {
    const value = this.#value(at, this.#text.charCodeAt(at))
    return this.#indent > indent ? undefined : value
  }

  #value(at: number, first: number): JsonValue | undefined {
    if (first === OPEN) return this.#list(at)
    const pattern = first === DOUBLE_QUOTE || first === SINGLE_QUOTE ? QUOTED : PLAIN
    pattern.lastIndex = at
    if (!pattern.test(this.#text)) return undefined
    const end = pattern.lastIndex
    const value = this.#scalarOf(at, end, first)
    this.#toLineBehind(end)
    return value
  }

  /** The value of a text from its first to its last character, which may be quotes. */
  #scalarOf(at: number, end: number, first: number): JsonValue | undefined {
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

  /** A list of texts in brackets. */
  #list(start: number): JsonValue[] | undefined {
    this.#events?.push({ type: EVENT_ID.SEQUENCE, start, ...FLOW })
    const list: JsonValue[] = []
    let at = this.#skipSpaces(start + 1)
    while (list.length > 0 || this.#text.charCodeAt(at) !== CLOSE) {
      ITEM.lastIndex = at
      if (!ITEM.test(this.#text)) return undefined
      const end = ITEM.lastIndex
      const item = this.#scalarOf(at, end, this.#text.charCodeAt(at))
      if (item === undefined) return undefined
      list.push(item)
      at = this.#skipSpaces(end)
      if (this.#text.charCodeAt(at) === CLOSE) break
      if (this.#text.charCodeAt(at) !== COMMA) return undefined
      at = this.#skipSpaces(at + 1)
    }
    this.#events?.push({ type: EVENT_ID.POP })
    LINE_REST.lastIndex = at + 1
    if (!LINE_REST.test(this.#text)) return undefined
    this.#toLineBehind(at + 1)
    return list
  }

  /** @param end of a text, before a comment or a line break */
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
