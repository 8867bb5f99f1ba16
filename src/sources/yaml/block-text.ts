/**
 * Positions of values in YAML as almost everyone writes it: block style, one key and a short value per line. Reading it
 * by lines takes a tenth of the time of parsing events; any other document is left to the event parser.
 */
import type { DocumentPlace, PathStep } from '../document.ts'
import { plainKey } from './scalars.ts'

/** A line with content. Offsets count from the start of the document. */
interface Line {
  /** Spaces before its first token. */
  readonly indent: number
  /** The line begins with the dash of a sequence item. */
  readonly dash: boolean
  /** Where its key or value begins, after the dash. */
  readonly start: number
  /** The same as a column. */
  readonly column: number
  /** undefined for an item whose value is a scalar on the same line. */
  readonly key: string | undefined
  /** ABSENT when the value is on the lines below or empty. */
  readonly valueStart: number
  readonly valueEnd: number
}

/** A node: the value on a line, or the block that begins on a line at a column. */
interface Node {
  readonly line: number
  /** INLINE for a value on the line, EMPTY for an empty value. */
  readonly column: number
}

/** The result of following a path. Offsets count from the start of the document. */
export interface FoundPlace {
  readonly start: number
  /** The end of a value on one line; equal to `start` for any other. */
  readonly end: number
  /** The value is a scalar, and the whole path was found. */
  readonly isScalar: boolean
  /** The rest of the path, inside the flow-style mapping or sequence between `start` and `end`. */
  readonly rest: readonly PathStep[]
}

const ABSENT = -1
const INLINE = -1
const EMPTY = -2
/** Hand-written manifests have no longer lines. */
const LONGEST_LINE = 1000
/** Keys of at most this many letters may not be strings in YAML 1.1. */
const LONGEST_WORD = 5

const SPACE = 32
const HASH = 35

const FLOW_PART = String.raw`(?:[^"'#&*!\t\n]|"[^"\\\n]*"|'[^'\n]*')*`
const VALUE = [
  String.raw`-?[\w./](?:[^\s:#]| +(?![ #\n])|:(?!\s))*`,
  String.raw`"[^"\\\n]*"`,
  String.raw`'[^'\n]*'`,
  String.raw`\{${FLOW_PART}\}`,
  String.raw`\[${FLOW_PART}\]`,
].join('|')
const LINE = new RegExp(
  String.raw`(- +)?(?:([A-Za-z][\w./-]*):(?:( +)(${VALUE}))?|(${VALUE}))(?: *| +#[^\n]*)(?=\n|$)`,
  'y',
)
const SEPARATOR = /---(?=\n)/y

/** Reads the lines of a text one by one. */
class Reader {
  readonly #source: string
  readonly #lines: Line[] = []

  constructor(source: string) {
    this.#source = source
  }

  /** undefined when a line does not have the simple form. */
  read(): readonly Line[] | undefined {
    const source = this.#source
    let at = 0
    while (at < source.length) {
      const newline = source.indexOf('\n', at)
      const end = newline < 0 ? source.length : newline
      if (end - at > LONGEST_LINE || !this.#readLine(at, end)) return undefined
      at = end + 1
    }
    return this.#lines.length > 0 ? this.#lines : undefined
  }

  #readLine(lineStart: number, end: number): boolean {
    const source = this.#source
    let first = lineStart
    while (first < end && source.charCodeAt(first) === SPACE) first++
    if (first === end || source.charCodeAt(first) === HASH) return true
    if (first === lineStart && this.#lines.length === 0 && this.#isSeparator(first)) return true
    LINE.lastIndex = first
    const match = LINE.exec(source)
    if (!match) return false
    return this.#add(match, first - lineStart, first)
  }

  #isSeparator(at: number): boolean {
    SEPARATOR.lastIndex = at
    return SEPARATOR.test(this.#source)
  }

  #add(match: RegExpExecArray, indent: number, first: number): boolean {
    const [, dash = '', key, blanks = '', value, item] = match
    const start = first + dash.length
    if (key === undefined) {
      // A value alone on a line continues the previous one.
      if (dash === '' || item === undefined) return false
    } else if (key.length <= LONGEST_WORD && plainKey(key) !== key) return false
    if (this.#goesOn(indent)) return false
    const valueStart = key === undefined ? start : value === undefined ? ABSENT : start + key.length + 1 + blanks.length
    const valueEnd = valueStart + (value ?? item ?? '').length
    this.#lines.push({ indent, dash: dash !== '', start, column: indent + dash.length, key, valueStart, valueEnd })
    return true
  }

  /** Whether a line of this indentation continues the value on the previous line. */
  #goesOn(indent: number): boolean {
    const last = this.#lines.at(-1)
    if (!last || last.valueStart === ABSENT) return false
    return indent > (last.key === undefined ? last.indent : last.column)
  }
}

export class BlockText {
  readonly #source: string
  readonly #lines: readonly Line[]
  readonly #entries = new Map<Line, ReadonlyMap<string, number>>()
  readonly #items = new Map<Line, readonly number[]>()

  private constructor(source: string, lines: readonly Line[]) {
    this.#source = source
    this.#lines = lines
  }

  /** undefined for a document that is not in this simple style. */
  static read({ file, start, end }: DocumentPlace): BlockText | undefined {
    const source = file.text.slice(start, end)
    if (source.includes('\r')) return undefined
    const lines = new Reader(source).read()
    return lines && new BlockText(source, lines)
  }

  /**
   * The position of the value at a path. A path that the text does not have leads to its deepest existing ancestor, and
   * an empty value to its key.
   */
  find(path: readonly PathStep[]): FoundPlace {
    let node: Node = { line: 0, column: this.#line(0).indent }
    for (const [index, step] of path.entries()) {
      if (this.#isFlow(node)) return { ...this.#placeOf(node), isScalar: false, rest: path.slice(index) }
      const next = this.#step(node, step)
      if (!next) return { ...this.#placeOf(node), isScalar: false, rest: [] }
      node = next
    }
    const isScalar = node.column === EMPTY || (node.column === INLINE && !this.#isFlow(node))
    return { ...this.#placeOf(node), isScalar, rest: [] }
  }

  #line(index: number): Line {
    const line = this.#lines[index]
    if (!line) throw new RangeError(`there is no line ${index}`)
    return line
  }

  #isFlow({ line, column }: Node): boolean {
    if (column !== INLINE) return false
    const first = this.#source[this.#line(line).valueStart]
    return first === '{' || first === '['
  }

  #placeOf({ line, column }: Node): { readonly start: number; readonly end: number } {
    const { start, column: own, valueStart, valueEnd } = this.#line(line)
    if (column === INLINE) return { start: valueStart, end: valueEnd }
    // A sequence begins at its first dash, which is before the line's `start`.
    const first = column === EMPTY ? start : start - (own - column)
    return { start: first, end: first }
  }

  #step(node: Node, step: PathStep): Node | undefined {
    if (node.column < 0) return undefined
    const first = this.#line(node.line)
    if (first.dash && first.indent === node.column) {
      const line = this.#itemsOf(node)[Number(step)]
      return line === undefined ? undefined : this.#itemAt(line)
    }
    const line = this.#entriesOf(node).get(String(step))
    return line === undefined ? undefined : this.#valueAt(line)
  }

  /** The value of an item's line. */
  #itemAt(line: number): Node {
    const { key, column } = this.#line(line)
    return { line, column: key === undefined ? INLINE : column }
  }

  /** The value after or below a key. */
  #valueAt(line: number): Node {
    const { valueStart, column } = this.#line(line)
    if (valueStart !== ABSENT) return { line, column: INLINE }
    const next = this.#lines[line + 1]
    const isBelow = next && (next.indent > column || (next.dash && next.indent === column))
    return isBelow ? { line: line + 1, column: next.indent } : { line, column: EMPTY }
  }

  /** The line of each key of a mapping; the later of two equal keys wins. */
  #entriesOf({ line, column }: Node): ReadonlyMap<string, number> {
    const first = this.#line(line)
    const known = this.#entries.get(first)
    if (known) return known
    const entries = new Map<string, number>()
    for (let index = line; index < this.#lines.length; index++) {
      const { indent, dash, column: own, key } = this.#line(index)
      if (index > line && indent < column) break
      const isEntry = own === column && (index === line || !dash)
      if (isEntry && key !== undefined) entries.set(key, index)
    }
    this.#entries.set(first, entries)
    return entries
  }

  #itemsOf({ line, column }: Node): readonly number[] {
    const first = this.#line(line)
    const known = this.#items.get(first)
    if (known) return known
    const items: number[] = []
    for (let index = line; index < this.#lines.length; index++) {
      const { indent, dash } = this.#line(index)
      if (indent < column || (indent === column && !dash)) break
      if (indent === column) items.push(index)
    }
    this.#items.set(first, items)
    return items
  }
}
