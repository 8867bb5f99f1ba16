/** A piece of a text; `end` is exclusive. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/** `---` and `...` lines, and byte order marks at the start of a line. */
const MARKER = /(?:^|[\r\n])(?:\uFEFF?(---|\.\.\.)(?=[ \t\r\n]|$)|\uFEFF)/g
const LINE_END = /[\r\n]/g
const BOM = 0xfeff

function lineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from
  return LINE_END.exec(text)?.index ?? text.length
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

/**
 * The first position from `start` to `end` that is not blank, a comment or, with `directives`, a directive (`%YAML
 * 1.1`).
 */
function skipPreamble(text: string, start: number, end: number, directives: boolean): number {
  let at = text.charCodeAt(start) === BOM ? start + 1 : start
  let lineStart = true
  while (at < end) {
    const char = text[at]
    if (isBlank(text.charCodeAt(at))) {
      if (char === '\n' || char === '\r') lineStart = true
      at++
    } else if (char === '#' || (char === '%' && directives && lineStart)) at = lineEnd(text, at)
    else break
  }
  return Math.min(at, end)
}

const STARTS_DOCUMENT = /---(?:[ \t\r\n]|$)|%/y

/** Whether a byte order mark at the start of a line begins a document, as in concatenated files. */
function beginsDocument(text: string, bom: number): boolean {
  STARTS_DOCUMENT.lastIndex = skipPreamble(text, bom, text.length, false)
  return STARTS_DOCUMENT.test(text)
}

/**
 * Splits a YAML text into documents without parsing it: `---` at the start of a line always begins one (even inside a
 * block scalar), `...` ends one. Comments and directives before `---` stay with the next document. Slices may be empty.
 * Parsing the slices one by one gives the same documents as the whole text, but an error stays in its slice.
 */
export function splitDocuments(text: string): Slice[] {
  return splitFrom(text, 0)
}

/** As many characters from the end of a slice decide that it ends there. */
export const DECIDING = 4

/** Whether the end of a slice may depend on anything after `DECIDING` characters. */
export const looksAhead = (text: string): boolean => text.includes('\uFEFF')

/**
 * The slices of the rest of a text.
 * @param from 0, or where `splitDocuments` has a slice begin
 * @param isEnough ends the search where it is true of the start of a slice after `from`
 */
export function splitFrom(text: string, from: number, isEnough?: (start: number) => boolean): Slice[] {
  const slices: Slice[] = []
  let start = from
  const cut = (at: number): void => {
    if (at > start) slices.push({ start, end: at })
    start = at
  }
  MARKER.lastIndex = from
  for (let match = MARKER.exec(text); match !== null; match = MARKER.exec(text)) {
    if (start > from && isEnough?.(start)) return slices
    const at = match.index + (text[match.index] === '\n' || text[match.index] === '\r' ? 1 : 0)
    if (match[1] === '...') cut(lineEnd(text, MARKER.lastIndex))
    else if (match[1] === undefined && !beginsDocument(text, at)) continue
    else if (skipPreamble(text, start, at, true) < at) cut(at)
  }
  cut(text.length)
  return slices
}

const END_MARKER = /\.\.\.(?:[ \t\r\n]|$)/y

/** Whether a slice is a document, possibly an empty one, rather than just comments. */
export function holdsDocument(text: string, { start, end }: Slice): boolean {
  const content = skipPreamble(text, start, end, true)
  END_MARKER.lastIndex = content
  return content < end && !END_MARKER.test(text)
}
