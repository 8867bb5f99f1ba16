/** Removes a value from a text with its key or dash, if the surrounding text allows it. */
import { isAlias, isCollection, isMap, isNode, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import type { PathStep } from '../../sources/document.ts'

interface Range {
  readonly start: number
  readonly end: number
}

/** A list or mapping, and the index of the item to remove. */
interface Place {
  readonly holder: YAMLMap.Parsed | YAMLSeq.Parsed
  readonly index: number
}

const COMMENT_LINE = /^[ \t]*#/
const BLANK = /^[ \t]*$/

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** The start of the next line; the end of the text on its last line. */
function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline < 0 ? text.length : newline + 1
}

/** The start of a list item, or of the key of a mapping's entry. */
function startOfItem(item: unknown): number | undefined {
  const node: unknown = isNode(item) ? item : (item as Pair | null)?.key
  return isNode(node) ? node.range?.[0] : undefined
}

/** The end of a value; a collection ends with its last value, without comments after it. */
function endOfValue(value: unknown): number | undefined {
  if (!isNode(value)) return undefined
  if (isCollection(value) && !value.flow && !isAlias(value)) return endOfItem(value.items.at(-1))
  return value.range?.[1]
}

function endOfItem(item: unknown): number | undefined {
  if (isNode(item)) return endOfValue(item)
  const { key, value } = item as Pair
  return endOfValue(value) ?? endOfValue(key)
}

function placeOf(text: string, path: readonly PathStep[]): Place | undefined {
  const { contents, errors } = parseDocument(text, { schema: 'failsafe', version: '1.1', strict: false })
  if (errors.length > 0) return undefined
  let holder: unknown = contents
  for (const step of path.slice(0, -1)) holder = isMap(holder) || isSeq(holder) ? holder.get(step as never, true) : null
  const last = path.at(-1)
  if (isSeq(holder)) return { holder: holder as YAMLSeq.Parsed, index: Number(last) }
  if (!isMap(holder)) return undefined
  const index = holder.items.findIndex(({ key }) => isNode(key) && String(key) === String(last))
  return index < 0 ? undefined : { holder: holder as YAMLMap.Parsed, index }
}

/** The line with an item's dash, which may be above the item. */
function dashLine(text: string, item: number, column: number): number | undefined {
  for (let start = lineStart(text, item); ; start = lineStart(text, start - 1)) {
    if (text[start + column] === '-') return BLANK.test(text.slice(start, start + column)) ? start : undefined
    if (start === 0) return undefined
  }
}

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

/** The lines of the value, if they contain nothing else. */
function blockRange(text: string, { holder, index }: Place): Range | undefined {
  const item = startOfItem(holder.items[index])
  const end = endOfItem(holder.items[index])
  if (item === undefined || end === undefined) return undefined
  const column = holder.range[0] - lineStart(text, holder.range[0])
  const start = isSeq(holder) ? dashLine(text, item, column) : lineStart(text, item)
  if (start === undefined || (!isSeq(holder) && !BLANK.test(text.slice(start, item)))) return undefined
  // A block scalar ends after its last line.
  const after = text[end - 1] === '\n' ? end : nextLine(text, end)
  if (!/^[ \t]*(?:#[^\n]*)?\n?$/.test(text.slice(end, after))) return undefined
  if (index === 0) return { start, end: after }
  const before = endOfItem(holder.items[index - 1])
  return { start: withCommentAbove(text, start, before === undefined ? start : nextLine(text, before)), end: after }
}

/** Includes the comma before the next item, or the one after the previous item. */
function flowRange(text: string, { holder, index }: Place): Range | undefined {
  const { items } = holder
  const isLast = index === items.length - 1
  const start = isLast ? endOfItem(items[index - 1]) : startOfItem(items[index])
  const end = isLast ? endOfItem(items[index]) : startOfItem(items[index + 1])
  if (start === undefined || end === undefined || text.slice(start, end).includes('#')) return undefined
  return { start, end }
}

/**
 * Removes the value at a path and changes nothing else, so its neighbours keep their comments.
 * @returns undefined when that is not possible, such as for the only item of a list
 */
export function withoutValue(text: string, path: readonly PathStep[]): string | undefined {
  const place = placeOf(text, path)
  if (!place || place.holder.items.length < 2 || place.index >= place.holder.items.length) return undefined
  const range = place.holder.flow ? flowRange(text, place) : blockRange(text, place)
  return range && text.slice(0, range.start) + text.slice(range.end)
}
