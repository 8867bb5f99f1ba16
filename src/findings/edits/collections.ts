/** Removes and adds entries of a collection, in block style and in brackets. */
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { EditError } from './edit-error.ts'
import type { ReplacedPart } from './part.ts'
import { type Collection, type Entry, isBlank, lineStart, nextLine } from './tree.ts'
import type { ValueWriter } from './values.ts'

/** What happens to the entries of one collection. */
export interface EntryChanges {
  /** Indexes. */
  readonly removed: ReadonlySet<number>
  /** New keys of a mapping. */
  readonly added: ReadonlyMap<string, JsonValue>
  /** New items of a sequence, and the index of the item that they follow, or -1. */
  readonly inserted: { readonly after: number; readonly items: readonly JsonValue[] } | undefined
}

const COMMENT_LINE = /^[ \t]*#/
const REST_OF_LINE = /^[ \t]*(?:#[^\n]*)?\n?$/

const sharedLines = (): EditError => new EditError('the value shares its lines with others')

const removal = (start: number, end: number): ReplacedPart => ({ start, end, text: '' })

/** A comment directly above belongs to the value below it; above the first item it may be about all of them. */
function withCommentAbove(text: string, start: number, floor: number): number {
  let from = start
  while (from > floor) {
    const above = lineStart(text, from - 1)
    if (above < floor || !COMMENT_LINE.test(text.slice(above, from))) return from
    from = above
  }
  return from
}

/** The start of the line after a value, which may itself end with its line. */
const lineAfter = (text: string, end: number): number => (text[end - 1] === '\n' ? end : nextLine(text, end))

/** The end of the line on which a value ends, if only a comment follows. */
function endOfItsLine(text: string, valueEnd: number): number | undefined {
  const after = lineAfter(text, valueEnd)
  if (after > valueEnd && !REST_OF_LINE.test(text.slice(valueEnd, after))) return undefined
  return text[after - 1] === '\n' ? after - 1 : after
}

const startsItsLine = (text: string, { start }: Entry): boolean => isBlank(text, lineStart(text, start), start)

/** The lines of an entry, if they contain nothing else. */
function linesOf(text: string, entries: readonly Entry[], index: number): ReplacedPart {
  const entry = entries[index] as Entry
  if (!startsItsLine(text, entry) || endOfItsLine(text, entry.end) === undefined) throw sharedLines()
  const start = lineStart(text, entry.start)
  const before = entries[index - 1]
  return removal(
    before === undefined ? start : withCommentAbove(text, start, lineAfter(text, before.end)),
    lineAfter(text, entry.end),
  )
}

/** Runs of neighbouring indexes: the first one, and the one after the last. */
function runsOf(indexes: ReadonlySet<number>): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = []
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last?.[1] === index) last[1] = index + 1
    else runs.push([index, index + 1])
  }
  return runs
}

/** Entries from the first one on that begin on the line of a dash: the next one takes their place. */
function leadingPart(text: string, entries: readonly Entry[], to: number): ReplacedPart {
  const [first, last, next] = [entries[0], entries[to - 1], entries[to]]
  if (!first || !last || !next) throw sharedLines()
  // A block scalar ends after its line.
  const between = text.slice(last.end - 1, next.start)
  if (/\n[ \t]*#/.test(between)) throw new EditError('a comment below the value would be lost')
  return removal(first.start, next.start)
}

function removeLines(text: string, { entries }: Collection, removed: ReadonlySet<number>): readonly ReplacedPart[] {
  return runsOf(removed).flatMap(([from, to]) => {
    const first = entries[from] as Entry
    if (from === 0 && !startsItsLine(text, first)) return [leadingPart(text, entries, to)]
    return Array.from({ length: to - from }, (_, at) => linesOf(text, entries, from + at))
  })
}

/** Whether there are comments before, between or after some entries; those inside of them are theirs. */
function areCommented(text: string, entries: readonly Entry[], start: number, end: number): boolean {
  const ends = [start, ...entries.map((entry) => entry.end)]
  return ends.some((from, index) => text.slice(from, entries[index]?.start ?? end).includes('#'))
}

/** One run in brackets, with the comma before the next entry or after the previous one. */
function removeRun(text: string, node: Collection, from: number, to: number): readonly ReplacedPart[] {
  const run = node.entries.slice(from, to)
  const [first, last] = [run[0] as Entry, run.at(-1) as Entry]
  const [before, next] = [node.entries[from - 1], node.entries[to]]
  const [start, end] = next ? [first.start, next.start] : [before ? before.end : first.start, last.end]
  if (!areCommented(text, run, start, end)) {
    const comma = before || next ? '' : (/^[ \t]*,/.exec(text.slice(end, node.end))?.[0] ?? '')
    return [removal(start, end + comma.length)]
  }
  // Comments stay, so only the entries and their commas go.
  return run.map((entry) => {
    const comma = /^\s*,/.exec(text.slice(entry.end, node.end))?.[0] ?? ''
    return removal(entry.start, entry.end + comma.length)
  })
}

/** Where a first item is in brackets: after the opening one, and with its blanks. */
function gapOf(text: string, { start, entries }: Collection): string {
  const last = entries.at(-1)
  const before = entries.at(-2)
  const from = before ? text.indexOf(',', before.end) + 1 : start + 1
  const gap = last ? text.slice(from, last.start) : ''
  if (!/^\s*$/.test(gap)) return ' '
  return before || gap.includes('\n') ? gap : ' '
}

/** Changes entries of one text, in the notation of its document. */
export class EntryEditor {
  readonly #text: string
  readonly #writer: ValueWriter

  constructor(text: string, writer: ValueWriter) {
    this.#text = text
    this.#writer = writer
  }

  /** @throws EditError when the text around the entries does not allow it */
  change(node: Collection, changes: EntryChanges): readonly ReplacedPart[] {
    const removals = node.flow
      ? runsOf(changes.removed).flatMap(([from, to]) => removeRun(this.#text, node, from, to))
      : removeLines(this.#text, node, changes.removed)
    return [...removals, ...this.#additions(node, changes)]
  }

  #additions(node: Collection, { added, inserted, removed }: EntryChanges): readonly ReplacedPart[] {
    const items = inserted?.items ?? []
    if (node.flow) {
      const texts = [
        ...[...added].map(([key, value]) => `${this.#keyLike(node, key)}: ${this.#writer.inline(value)}`),
        ...items.map((item) => this.#writer.inline(item)),
      ]
      return texts.length === 0 ? [] : [this.#inBrackets(node, texts, removed, inserted?.after)]
    }
    const parts = added.size === 0 ? [] : this.#newKeys(node, added, removed)
    return inserted ? [...parts, this.#newItems(node, inserted.after, items)] : parts
  }

  #keyLike({ entries }: Collection, key: string): string {
    const last = entries.at(-1)?.keyNode
    return this.#writer.key(key, last?.kind === 'scalar' && last.style === 'double')
  }

  #inBrackets(
    node: Collection,
    texts: readonly string[],
    removed: ReadonlySet<number>,
    after: number | undefined,
  ): ReplacedPart {
    const gap = gapOf(this.#text, node)
    const kept = after ?? node.entries.findLastIndex((_, index) => !removed.has(index))
    const before = node.entries[kept]
    const [first] = node.entries
    if (before) return { start: before.end, end: before.end, text: texts.map((text) => `,${gap}${text}`).join('') }
    if (!first) throw sharedLines()
    return { start: first.start, end: first.start, text: texts.map((text) => `${text},${gap}`).join('') }
  }

  /** Below the last key with its value on the same line, or before the first key if there is none. */
  #newKeys(
    node: Collection,
    added: ReadonlyMap<string, JsonValue>,
    removed: ReadonlySet<number>,
  ): readonly ReplacedPart[] {
    const [first] = node.entries
    if (!first) throw sharedLines()
    const { start } = first
    const indent = ' '.repeat(start - lineStart(this.#text, start))
    const above = this.#lineAbove(node, removed)
    return [...added].reverse().map(([key, value]) => {
      const entry = `${this.#keyLike(node, key)}:${this.#writer.below(value, indent)}`
      if (above === undefined) return { start, end: start, text: `${entry}\n${indent}` }
      return { start: above, end: above, text: `\n${indent}${entry}` }
    })
  }

  /** The end of the last line with a whole entry that stays. */
  #lineAbove({ entries }: Collection, removed: ReadonlySet<number>): number | undefined {
    const text = this.#text
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = entries[index] as Entry
      const end = removed.has(index) || !isOneLine(text, entry) ? undefined : endOfItsLine(text, entry.end)
      if (end !== undefined) return end
    }
    return undefined
  }

  #newItems({ start, entries }: Collection, after: number, items: readonly JsonValue[]): ReplacedPart {
    const indent = ' '.repeat(start - lineStart(this.#text, start))
    const texts = items.map((item) => `- ${this.#item(item, indent)}`)
    const before = entries[after]
    if (!before) return { start, end: start, text: texts.map((text) => `${text}\n${indent}`).join('') }
    const end = endOfItsLine(this.#text, before.end)
    if (end === undefined) throw sharedLines()
    return { start: end, end, text: texts.map((text) => `\n${indent}${text}`).join('') }
  }

  #item(item: JsonValue, indent: string): string {
    if (!isMapping(item) || Object.keys(item).length === 0) return this.#writer.inline(item)
    return this.#writer.entries(item, `${indent}  `)
  }
}

function isOneLine(text: string, { start, end, value }: Entry): boolean {
  return (value.kind === 'scalar' || value.kind === 'alias') && !text.slice(start, end).includes('\n')
}
