import { type FlowSpan, scanFlow } from './flow.ts'

/**
 * Kubernetes accepts quoted texts and bracketed collections whose later lines are indented less than the key, such as a
 * list closed by a `]` below its key, and tabs between their parts. The parser, like YAML, wants such lines indented
 * deeper. They are indented in a copy of the text with the same structure; values are still read from the text itself.
 */
export interface Reindented {
  readonly text: string
  /** Maps an offset in the copy to the original text. */
  readonly originalOffset: (offset: number) => number
  /** Whether an offset of the original is in, or on the last line of, a part that was indented. */
  readonly touches: (offset: number) => boolean
}

/** Inserted spaces. */
interface Padding {
  /** The position in the original text. */
  readonly at: number
  readonly spaces: number
  /** How many spaces were inserted before these. */
  readonly before: number
}

/** At most this many spaces are inserted, beyond the text's own length. */
const MOST_SPACES = 1_000_000

const LINE_END_BETWEEN = /[\r\n]/
const LINE_BREAK = /\r\n?|\n/g

function indentAt(text: string, lineStart: number): number {
  let at = lineStart
  while (text[at] === ' ') at++
  return at - lineStart
}

/** Where a span's lines need spaces to be indented as deep as its opening. */
function padSpan(text: string, span: FlowSpan, paddings: Padding[], put: number): number {
  const { start, end, firstLine, lastLine } = span
  if (firstLine === lastLine) return put
  const column = start - firstLine
  let before = put
  LINE_BREAK.lastIndex = start
  for (let match = LINE_BREAK.exec(text); match !== null && match.index < end; match = LINE_BREAK.exec(text)) {
    const at = LINE_BREAK.lastIndex
    const spaces = column - indentAt(text, at)
    if (spaces <= 0) continue
    paddings.push({ at, spaces, before })
    before += spaces
  }
  return before
}

/** The last of the ascending items whose position is not after the offset. */
function lastUpTo<T>(items: readonly T[], offset: number, placeOf: (item: T) => number): T | undefined {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (placeOf(items[middle] as T) <= offset) low = middle + 1
    else high = middle
  }
  return items[low - 1]
}

function insert(text: string, paddings: readonly Padding[]): string {
  const parts: string[] = []
  let from = 0
  for (const { at, spaces } of paddings) {
    parts.push(text.slice(from, at), ' '.repeat(spaces))
    from = at
  }
  return parts.join('') + text.slice(from)
}

function toOriginal(paddings: readonly Padding[], offset: number): number {
  const last = lastUpTo(paddings, offset, ({ at, before }) => at + before)
  if (last === undefined) return offset
  return Math.max(last.at, offset - last.before - last.spaces)
}

const BEHIND_INDENTATION = /\S.*$/

const spacesForTabs = (text: string): string => text.replaceAll('\t', ' ')

/** Replaces tabs in and before quoted and bracketed parts, but not tabs that indent; offsets stay the same. */
function withoutTabs(text: string, spans: readonly FlowSpan[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, firstLine } of spans) {
    const before = text.slice(Math.max(from, firstLine), start).replace(BEHIND_INDENTATION, spacesForTabs)
    parts.push(text.slice(from, start - before.length), before, spacesForTabs(text.slice(start, end)))
    from = end
  }
  return parts.join('') + text.slice(from)
}

/** A text with the lines of its quoted and bracketed parts indented; undefined when none needs it. */
export function reindentFlow(text: string): Reindented | undefined {
  const paddings: Padding[] = []
  const padded: FlowSpan[] = []
  let put = 0
  const { spans } = scanFlow(text, 0, text.length)
  const tabless = withoutTabs(text, spans)
  for (const span of spans) {
    const now = padSpan(text, span, paddings, put)
    if (now > put) padded.push(span)
    put = now
    if (put > text.length + MOST_SPACES) return undefined
  }
  if (put === 0 && tabless === text) return undefined
  return {
    text: insert(tabless, paddings),
    originalOffset: (offset) => toOriginal(paddings, offset),
    touches: (offset) => {
      const span = lastUpTo(padded, offset, ({ start }) => start)
      return span !== undefined && !LINE_END_BETWEEN.test(text.slice(span.end, offset))
    },
  }
}
