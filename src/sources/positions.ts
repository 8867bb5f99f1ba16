import type { DocumentPlace, PathStep, Position } from './document.ts'
import { lineText, positionAt } from './lines.ts'
import { readEvents } from './yaml/block.ts'
import { anchorName, eventStart, isMergeKey, scalarKey, scalarRange } from './yaml/nodes.ts'
import { type AliasEvent, type DocumentDirective, EVENT_ID, type Event, type ScalarEvent } from './yaml/parser.ts'

export { lineText, positionAt }

/** A mapping's entry: the indices of its key's and its value's events. */
interface Entry {
  readonly key: number
  readonly value: number
}

/** The result of following a path: the events of the last key and value on it that exist in the text. */
interface Found {
  readonly value: number
  /** ABSENT_KEY for the document itself and for items of sequences. */
  readonly key: number
  /** The mapping or sequence that contains the value; at the top, the value itself. */
  readonly holder: number
  /** Whether the whole path was found. */
  readonly complete: boolean
}

const ABSENT_KEY = -1

/** `workload_selector` for `workloadSelector`: paths have one spelling of Istio's fields, and texts may have the other. */
const protobufName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Finds the positions of one document's values. It is built from the text once; each sequence and mapping is indexed on
 * first use, so looking up many values of a long list takes linear time.
 */
class PlaceIndex {
  readonly #document: DocumentPlace
  readonly #source: string
  readonly #events: readonly Event[]
  readonly #directives: readonly DocumentDirective[]
  /** For the event that begins a node: the index of the event after the node. */
  readonly #after: Int32Array
  /** For an alias: the event of the anchored node. */
  readonly #targets = new Map<number, number>()
  readonly #items = new Map<number, readonly number[]>()
  readonly #entries = new Map<number, ReadonlyMap<string, Entry>>()

  constructor(document: DocumentPlace) {
    this.#document = document
    this.#source = document.file.text.slice(document.start, document.end)
    this.#events = readEvents(this.#source)
    this.#after = new Int32Array(this.#events.length)
    const first = this.#events[0]
    this.#directives = first?.type === EVENT_ID.DOCUMENT ? first.directives : []
    this.#connect()
  }

  isOf({ file, start, end }: DocumentPlace): boolean {
    return this.#document.file === file && this.#document.start === start && this.#document.end === end
  }

  /** Links each node to the event after it, and each alias to its anchor. */
  #connect(): void {
    const anchors = new Map<string, number>()
    const open: number[] = []
    this.#events.forEach((event, i) => {
      this.#after[i] = i + 1
      if (event.type === EVENT_ID.POP) {
        const opened = open.pop()
        if (opened !== undefined) this.#after[opened] = i + 1
        return
      }
      if (event.type === EVENT_ID.ALIAS) {
        this.#linkAlias(event, i, anchors, open)
        return
      }
      if (event.type !== EVENT_ID.SCALAR) open.push(i)
      if (event.type === EVENT_ID.DOCUMENT) return
      const name = anchorName(this.#source, event)
      if (name !== '') anchors.set(name, i)
    })
  }

  /** An alias inside its own anchor gets no target. */
  #linkAlias(event: AliasEvent, i: number, anchors: ReadonlyMap<string, number>, open: readonly number[]): void {
    const target = anchors.get(anchorName(this.#source, event))
    if (target !== undefined && !open.includes(target)) this.#targets.set(i, target)
  }

  /** The node that an event refers to: itself, or the target of an alias. */
  #resolve(i: number): number {
    return this.#targets.get(i) ?? i
  }

  #itemsOf(sequence: number): readonly number[] {
    const known = this.#items.get(sequence)
    if (known) return known
    const items: number[] = []
    for (let i = sequence + 1; this.#isNode(i); i = this.#after[i] as number) items.push(i)
    this.#items.set(sequence, items)
    return items
  }

  #isNode(i: number): boolean {
    const event = this.#events[i]
    return event !== undefined && event.type !== EVENT_ID.POP
  }

  #entriesOf(mapping: number): ReadonlyMap<string, Entry> {
    const known = this.#entries.get(mapping)
    if (known) return known
    const entries = new Map<string, Entry>()
    for (let key = mapping + 1; this.#isNode(key); ) {
      const value = this.#after[key] as number
      const text = this.#keyText(key)
      // In text order, as Kubernetes' decoder does: a merge key replaces earlier entries of the same name.
      if (text === undefined) this.#mergeFrom(value, entries)
      else entries.set(text, { key, value })
      key = this.#after[value] as number
    }
    this.#entries.set(mapping, entries)
    return entries
  }

  /** The text of a key; undefined for a merge key. */
  #keyText(i: number): string | undefined {
    const event = this.#events[this.#resolve(i)]
    if (event?.type !== EVENT_ID.SCALAR) return ''
    if (this.#events[i] === event && isMergeKey(this.#source, event, this.#directives)) return undefined
    return scalarKey(this.#source, event, this.#directives) ?? ''
  }

  /** Adds the entries of a merge key; of several mappings, the earlier one wins. */
  #mergeFrom(value: number, into: Map<string, Entry>): void {
    const node = this.#resolve(value)
    const type = this.#events[node]?.type
    const sources = type === EVENT_ID.SEQUENCE ? this.#itemsOf(node).toReversed() : [node]
    for (const source of sources) {
      const mapping = this.#resolve(source)
      if (this.#events[mapping]?.type !== EVENT_ID.MAPPING) continue
      for (const [text, entry] of this.#entriesOf(mapping)) into.set(text, entry)
    }
  }

  #step(node: number, step: PathStep): Entry | undefined {
    const type = this.#events[node]?.type
    if (type === EVENT_ID.MAPPING) {
      const entries = this.#entriesOf(node)
      return entries.get(String(step)) ?? entries.get(protobufName(String(step)))
    }
    if (type !== EVENT_ID.SEQUENCE) return undefined
    const value = this.#itemsOf(node)[Number(step)]
    return value === undefined ? undefined : { key: ABSENT_KEY, value }
  }

  find(path: readonly PathStep[]): Found {
    let found: Found = { value: 1, key: ABSENT_KEY, holder: 1, complete: true }
    for (const part of path) {
      const holder = this.#resolve(found.value)
      const next = this.#step(holder, part)
      if (next === undefined) return { ...found, complete: false }
      found = { value: next.value, key: next.key, holder, complete: true }
    }
    return found
  }

  #startOf(i: number): number | undefined {
    const event = this.#events[i]
    return event && eventStart(this.#source, event)
  }

  /** The offset in the document of a value, or, when it is empty, of its key or of what contains it. */
  offsetOfValue(found: Found): number {
    const start = this.#startOf(this.#resolve(found.value))
    return start ?? this.offsetOfKey(found)
  }

  /** The offset in the document of a key; without a key, that of the value. */
  offsetOfKey({ key, value, holder }: Found): number {
    const start = this.#startOf(key) ?? this.#startOf(this.#resolve(value)) ?? this.#startOf(holder)
    return start ?? 0
  }

  textOf(found: Found): string | undefined {
    const event = this.#events[this.#resolve(found.value)]
    if (!found.complete || event?.type !== EVENT_ID.SCALAR) return undefined
    return this.#writtenText(event)
  }

  /** The text of the key at the end of a path. */
  keyTextOf(found: Found): string | undefined {
    const event = this.#events[this.#resolve(found.key)]
    return found.complete && event?.type === EVENT_ID.SCALAR ? this.#writtenText(event) : undefined
  }

  #writtenText(event: ScalarEvent): string {
    const range = scalarRange(this.#source, event)
    return range === undefined ? '' : this.#source.slice(range.start, range.end)
  }
}

/** A cache of the last document only, because callers finish one document before the next. */
let lastIndex: PlaceIndex | undefined

/** The index of a document; undefined when its text cannot be parsed, such as that of a document built in memory. */
function indexOf(document: DocumentPlace): PlaceIndex | undefined {
  if (lastIndex?.isOf(document)) return lastIndex
  try {
    lastIndex = new PlaceIndex(document)
    return lastIndex
  } catch {
    return undefined
  }
}

/** What can be found at a path. */
type What = 'value' | 'key' | 'text' | 'key text'

const FINDERS = {
  value: (index: PlaceIndex, found: Found) => index.offsetOfValue(found),
  key: (index: PlaceIndex, found: Found) => index.offsetOfKey(found),
  text: (index: PlaceIndex, found: Found) => index.textOf(found),
  'key text': (index: PlaceIndex, found: Found) => index.keyTextOf(found),
} satisfies Record<What, unknown>

type Result<W extends What> = ReturnType<(typeof FINDERS)[W]> | undefined

/** @returns undefined when the document cannot be parsed */
function findIn<W extends What>(document: DocumentPlace, path: readonly PathStep[], what: W): Result<W> {
  const { found } = document
  const name = found && `${what} ${JSON.stringify(path)}`
  if (name !== undefined && found?.has(name)) return found.get(name) as Result<W>
  const index = indexOf(document)
  const result = index && FINDERS[what](index, index.find(path))
  if (name !== undefined) found?.set(name, result)
  return result as Result<W>
}

/**
 * The position of the value at a path. For a block mapping or sequence this is its first token; for a value from an
 * alias or a merge key, where that value is written. A path that the text does not have leads to its deepest existing
 * ancestor, and an empty value (`host:`) to its key.
 */
export function locateInDocument(document: DocumentPlace, path: readonly PathStep[]): Position {
  return positionAt(document.file, document.start + (findIn(document, path, 'value') ?? 0))
}

/** The position of the mapping key at the end of a path; for a sequence item, that of the item. */
export function locateKey(document: DocumentPlace, path: readonly PathStep[]): Position {
  return positionAt(document.file, document.start + (findIn(document, path, 'key') ?? 0))
}

/**
 * The text of a scalar as it is written, quotes included (`y` for a value that is read as true); undefined for a
 * mapping, a sequence, or a path that the text lacks.
 */
export function sourceTextOf(document: DocumentPlace, path: readonly PathStep[]): string | undefined {
  return findIn(document, path, 'text')
}

/** The text of the mapping key at the end of a path as it is written, quotes included; undefined where there is none. */
export function keyTextOf(document: DocumentPlace, path: readonly PathStep[]): string | undefined {
  return findIn(document, path, 'key text')
}
