/** Breaks texts to a width, inside of words if necessary, but there after the dots of names. */
import { clean } from './clean.ts'
import { displayWidth } from './width.ts'

/** A name that is too long is broken after one of these. */
const JOINTS = '.:/-_,|@'
/** A piece that ends at a joint is at least this part of a line, so that a name does not become many short lines. */
const SHORTEST = 1 / 3

/** A word in pieces of at most `width` cells. */
function piecesOf(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  let taken = 0
  /** The length of the piece up to its last joint. */
  let joint = 0
  for (const character of word) {
    const size = displayWidth(character)
    if (taken + size > width && piece !== '') {
      const cut = joint > width * SHORTEST ? joint : piece.length
      pieces.push(piece.slice(0, cut))
      piece = piece.slice(cut)
      taken = displayWidth(piece)
      joint = 0
    }
    piece += character
    taken += size
    if (JOINTS.includes(character)) joint = piece.length
  }
  return [...pieces, piece]
}

/**
 * A text in lines of at most `width` cells. It is broken between words; a word that is wider than a line is broken too.
 * @param width at least 2
 */
export function broken(text: string, width: number): readonly string[] {
  const cleaned = clean(text)
  if (displayWidth(cleaned) <= width) return [cleaned]
  const lines: string[] = []
  let line = ''
  for (const word of cleaned.split(' ').flatMap((each) => piecesOf(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
  }
  return [...lines, line]
}
