/** Changes in the text of a file or document. */

/** A range of a text and its replacement. Offsets are UTF-16 code units. */
export interface ReplacedPart {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Sorts parts by their position; at one position, insertions come first. */
export const inTextOrder = (parts: readonly ReplacedPart[]): readonly ReplacedPart[] =>
  [...parts].sort((a, b) => a.start - b.start || a.end - b.end)

/** @param parts in text order */
export function withParts(text: string, parts: readonly ReplacedPart[]): string {
  const pieces: string[] = []
  let at = 0
  for (const part of parts) {
    pieces.push(text.slice(at, part.start), part.text)
    at = part.end
  }
  return [...pieces, text.slice(at)].join('')
}
