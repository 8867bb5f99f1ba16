/** The nodes of a document and where they are in its text, as the reader sees them. */
import { readEvents } from '../../sources/yaml/block.ts'
import { eventStart, scalarKey, scalarRange } from '../../sources/yaml/nodes.ts'
import {
  type DocumentDirective,
  EVENT_ID,
  type Event,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from '../../sources/yaml/parser.ts'

/** Offsets exclude anchors and tags. A block scalar begins with its header and ends after its last line. */
interface Range {
  readonly start: number
  readonly end: number
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

export interface ScalarNode extends Range {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  /** Where its tag begins; undefined without one. */
  readonly tag: number | undefined
}

/** A value or key of a collection, from its anchor or dash on. */
export interface Entry extends Range {
  /** undefined in a sequence, and for keys that are not scalars. */
  readonly key: string | undefined
  /** undefined in a sequence. */
  readonly keyNode: TextNode | undefined
  /** The offset after the colon; undefined where there is none. */
  readonly colon: number | undefined
  readonly value: TextNode
}

export interface Collection extends Range {
  readonly kind: 'map' | 'seq'
  readonly flow: boolean
  readonly entries: readonly Entry[]
}

/** `empty` is a value without text; its range is where the text would be. */
export type TextNode = ScalarNode | Collection | ({ readonly kind: 'alias' | 'empty' } & Range)

const STYLES: ReadonlyMap<number, ScalarStyle> = new Map([
  [SCALAR_STYLE.PLAIN, 'plain'],
  [SCALAR_STYLE.SINGLE_QUOTED, 'single'],
  [SCALAR_STYLE.DOUBLE_QUOTED, 'double'],
  [SCALAR_STYLE.LITERAL_BLOCK, 'literal'],
  [SCALAR_STYLE.FOLDED_BLOCK, 'folded'],
])

const ABSENT = -1

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** The start of the next line; the end of the text on its last line. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline < 0 ? text.length : newline + 1
}

export const isBlank = (text: string, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) if (text[at] !== ' ' && text[at] !== '\t') return false
  return true
}

/** The end of a block scalar without the blank lines at its end, which belong to nothing in particular. */
function endWithoutBlankLines(text: string, { start, end }: Range): number {
  let at = end
  for (let line = lineStart(text, at - 1); text[at - 1] === '\n' && line > start; line = lineStart(text, at - 1)) {
    if (!isBlank(text, line, at - 1)) break
    at = line
  }
  return at
}

/** The first offset from `start` on that is neither blank nor a comment nor one of the given characters. */
function skip(text: string, start: number, characters: string): number {
  let at = start
  for (; at < text.length; at++) {
    const char = text[at] as string
    if (char === '#') at = nextLine(text, at) - 1
    else if (char !== ' ' && char !== '\t' && char !== '\n' && !characters.includes(char)) break
  }
  return at
}

type Node = ScalarEvent | MappingEvent | SequenceEvent

/** The start of a node with its anchor and tag; undefined for an empty one without them. */
function outerStart(source: string, event: Event): number | undefined {
  const { anchorStart = ABSENT, tagStart = ABSENT } = event as Partial<Node>
  const starts = [eventStart(source, event), anchorStart === ABSENT ? undefined : anchorStart - 1, tagStart]
  const stated = starts.filter((start) => start !== undefined && start !== ABSENT) as number[]
  return stated.length === 0 ? undefined : Math.min(...stated)
}

/** The end of an empty node's anchor and tag, or where it would be. */
const emptyEnd = ({ anchorEnd, tagEnd }: ScalarEvent, at: number): number => Math.max(anchorEnd, tagEnd, at)

/** The scalars and aliases of a node, in text order. */
function* leavesOf(node: TextNode | undefined): Iterable<Range> {
  if (node?.kind !== 'map' && node?.kind !== 'seq') {
    if (node) yield node
    return
  }
  for (const { keyNode, value } of node.entries) {
    yield* leavesOf(keyNode)
    yield* leavesOf(value)
  }
}

/** Whether there are comments between the parts of a node. */
export function holdsComments(text: string, node: Collection): boolean {
  let at = node.start
  for (const { start, end } of leavesOf(node)) {
    if (text.slice(at, start).includes('#')) return true
    at = end
  }
  return text.slice(at, node.end).includes('#')
}

class TreeBuilder {
  readonly #source: string
  readonly #isJson: boolean
  readonly #events: readonly Event[]
  readonly #directives: readonly DocumentDirective[]
  /** The index of the next event; the first one begins the document. */
  #next = 1

  constructor(source: string, isJson: boolean) {
    this.#source = source
    this.#isJson = isJson
    this.#events = readEvents(source)
    const first = this.#events[0]
    this.#directives = first?.type === EVENT_ID.DOCUMENT ? first.directives : []
  }

  get #event(): Event {
    return this.#events[this.#next] as Event
  }

  /** @param at where an empty node would be */
  node(at: number): TextNode {
    const event = this.#event
    this.#next++
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event, at)
      case EVENT_ID.ALIAS:
        return { kind: 'alias', start: event.anchorStart - 1, end: event.anchorEnd }
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return this.#collection(event)
      default:
        return { kind: 'empty', start: at, end: at }
    }
  }

  #scalar(event: ScalarEvent, at: number): TextNode {
    const range = scalarRange(this.#source, event)
    if (range === undefined) {
      const end = emptyEnd(event, at)
      return { kind: 'empty', start: end, end }
    }
    const style = STYLES.get(event.style) ?? 'plain'
    const tag = event.tagStart === ABSENT ? undefined : event.tagStart
    if (style !== 'literal' && style !== 'folded') return { kind: 'scalar', style, tag, ...range }
    return { kind: 'scalar', style, tag, start: range.start, end: endWithoutBlankLines(this.#source, range) }
  }

  #collection(event: MappingEvent | SequenceEvent): Collection {
    const { start } = event
    const isMap = event.type === EVENT_ID.MAPPING
    const opener = this.#source[start]
    const flow = isMap ? opener === '{' || this.#isPair(event) : opener === '['
    const entries: Entry[] = []
    for (let at = flow ? start + 1 : start; this.#event.type !== EVENT_ID.POP; at = entries.at(-1)?.end ?? at) {
      entries.push(isMap ? this.#entry(at) : this.#item(start, at, flow, entries.length === 0))
    }
    this.#next++
    const last = entries.at(-1)?.end ?? start + 1
    const isClosed = flow && (opener === '{' || opener === '[')
    const end = isClosed ? skip(this.#source, last, ',:?') + 1 : last
    return { kind: isMap ? 'map' : 'seq', flow, start, end, entries }
  }

  /** A single entry inside of a list in brackets, without braces: `[a: 1]`. */
  #isPair({ start }: MappingEvent): boolean {
    let before = start - 1
    while (this.#source[before] === ' ' || this.#source[before] === '\t') before--
    return this.#source[before] === '[' || this.#source[before] === ','
  }

  #entry(at: number): Entry {
    const event = this.#event
    const start = outerStart(this.#source, event) ?? at
    const key = this.node(at)
    const keyEnd = key.end
    const after = skip(this.#source, keyEnd, '')
    const colon = this.#source[after] === ':' ? after + 1 : undefined
    const value = this.node(colon ?? keyEnd)
    const text = event.type === EVENT_ID.SCALAR ? this.#keyText(event) : undefined
    return { start, end: Math.max(value.end, keyEnd), key: text, keyNode: key, colon, value }
  }

  #keyText(event: ScalarEvent): string | undefined {
    if (!this.#isJson) return scalarKey(this.#source, event, this.#directives)
    // JSON has escapes that Kubernetes does not read in YAML.
    return JSON.parse(this.#source.slice(event.valueStart - 1, event.valueEnd + 1)) as string
  }

  #item(sequence: number, at: number, flow: boolean, isFirst: boolean): Entry {
    const outer = outerStart(this.#source, this.#event)
    const dash = flow ? undefined : isFirst ? sequence : this.#dash(sequence, at)
    const value = this.node(dash === undefined ? at : dash + 1)
    const start = dash ?? outer ?? at
    return { start, end: value.end, key: undefined, keyNode: undefined, colon: undefined, value }
  }

  /** The next dash in the column of a block sequence. */
  #dash(sequence: number, from: number): number {
    const column = sequence - lineStart(this.#source, sequence)
    // A block scalar ends after its line.
    for (let line = this.#source[from - 1] === '\n' ? from : nextLine(this.#source, from); ; ) {
      if (this.#source[line + column] === '-' && isBlank(this.#source, line, line + column)) return line + column
      const next = nextLine(this.#source, line)
      if (next === line) return from
      line = next
    }
  }
}

/**
 * The root node of a document's text.
 * @param source with LF as its only line end
 * @param isJson the whole text is JSON
 * @throws when the text is not YAML
 */
export const treeOf = (source: string, isJson: boolean): TextNode => new TreeBuilder(source, isJson).node(0)
