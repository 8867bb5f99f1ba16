import type { JsonValue } from './document.ts'
import type { Slice } from './split.ts'

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

/** A JSON object or array, located by its brackets alone. */
interface Extent extends Slice {
  /** Colons outside strings: the number of members, if this is JSON. */
  readonly colons: number
}

/** The position after the string that begins at `at`. */
function skipString(text: string, at: number, end: number): number {
  let next = at + 1
  while (next < end) {
    const code = text.charCodeAt(next)
    if (code === QUOTE) return next + 1
    next += code === BACKSLASH ? 2 : 1
  }
  return end
}

/** The object or array that begins at `start`; undefined when it is not closed before `end`. */
function extentAt(text: string, start: number, end: number): Extent | undefined {
  let depth = 0
  let colons = 0
  let at = start
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = skipString(text, at, end)
      continue
    }
    at++
    if (code === COLON) colons++
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++
    else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return { start, end: at, colons }
  }
  return undefined
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from
  while (at < end && isSpace(text.charCodeAt(at))) at++
  return at
}

const beginsCollection = (code: number): boolean => code === OPEN_OBJECT || code === OPEN_LIST

/** Whether a text begins like a JSON object or array. */
export function looksLikeJson(text: string, slice: Slice): boolean {
  return beginsCollection(text.charCodeAt(skipSpace(text, slice.start, slice.end)))
}

/**
 * The objects and arrays in a text that has only white space between them, located by their brackets alone; undefined
 * when there is anything else.
 */
export function jsonExtents(text: string, slice: Slice): Extent[] | undefined {
  const extents: Extent[] = []
  let at = skipSpace(text, slice.start, slice.end)
  while (at < slice.end) {
    if (!beginsCollection(text.charCodeAt(at))) return undefined
    const extent = extentAt(text, at, slice.end)
    if (extent === undefined) return undefined
    extents.push(extent)
    at = skipSpace(text, extent.end, slice.end)
  }
  return extents
}

/** Counts the members and nodes of a decoded value; undefined when it is too deep or holds an infinite number. */
function measure(value: JsonValue, maxDepth: number): { members: number; nodes: number } | undefined {
  let members = 0
  let nodes = 1
  let level: JsonValue[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return undefined
    const next: JsonValue[] = []
    for (const collection of level) {
      const children = Array.isArray(collection) ? collection : Object.values(collection as object)
      if (!Array.isArray(collection)) members += children.length
      nodes += children.length
      for (const child of children) {
        if (typeof child === 'object' && child !== null) next.push(child)
        else if (typeof child === 'number' && !Number.isFinite(child)) return undefined
      }
    }
    level = next
  }
  return { members, nodes }
}

/**
 * Decodes one JSON object or array the fast way. Undefined when it is not JSON, or needs a closer look: a duplicate key
 * (then there are fewer members than colons), a number beyond a double, too many levels.
 */
export function parseJson(
  text: string,
  extent: Extent,
  limits: { readonly depth: number; readonly documentNodes: number },
): JsonValue | undefined {
  let value: JsonValue
  try {
    value = JSON.parse(text.slice(extent.start, extent.end)) as JsonValue
  } catch {
    return undefined
  }
  const measured = measure(value, limits.depth)
  if (measured === undefined || measured.members !== extent.colons) return undefined
  return measured.nodes + measured.members > limits.documentNodes ? undefined : value
}
