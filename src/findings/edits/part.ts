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

/** A range that is kept, or new text. */
type Piece = { readonly start: number; readonly end: number } | string

function sliced(piece: Piece, from: number, to: number): Piece {
  return typeof piece === 'string' ? piece.slice(from, to) : { start: piece.start + from, end: piece.start + to }
}

const lengthOf = (piece: Piece): number => (typeof piece === 'string' ? piece.length : piece.end - piece.start)

/** What a text consists of after its parts are replaced. */
function piecesOf(parts: readonly ReplacedPart[]): readonly Piece[] {
  let at = 0
  const pieces = parts.flatMap(({ start, end, text }): Piece[] => {
    const kept = { start: at, end: start }
    at = end
    return [kept, text]
  })
  return [...pieces, { start: at, end: Number.POSITIVE_INFINITY }]
}

/** Reads pieces by their offsets in the text that they make. */
class PieceReader {
  readonly #pieces: readonly Piece[]
  #index = 0
  /** How much of the current piece was read. */
  #used = 0
  #at = 0

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** Reads up to an offset, which may be the end. */
  take(to: number): readonly Piece[] {
    const taken: Piece[] = []
    for (let piece = this.#pieces[this.#index]; piece !== undefined; piece = this.#pieces[this.#index]) {
      const length = Math.min(lengthOf(piece) - this.#used, to - this.#at)
      if (length > 0) taken.push(sliced(piece, this.#used, this.#used + length))
      this.#used += length
      this.#at += length
      if (this.#used < lengthOf(piece)) break
      this.#index++
      this.#used = 0
    }
    return taken
  }
}

/**
 * Two changes of a text as one.
 * @param first in text order
 * @param second of the text after the first one, in text order
 */
export function composed(first: readonly ReplacedPart[], second: readonly ReplacedPart[]): readonly ReplacedPart[] {
  const reader = new PieceReader(piecesOf(first))
  const pieces: Piece[] = []
  for (const { start, end, text } of second) {
    pieces.push(...reader.take(start), text)
    reader.take(end)
  }
  pieces.push(...reader.take(Number.POSITIVE_INFINITY))
  const parts: ReplacedPart[] = []
  let from = 0
  let text = ''
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece
      continue
    }
    if (piece.start > from || text !== '') parts.push({ start: from, end: piece.start, text })
    from = piece.end
    text = ''
  }
  return parts
}
