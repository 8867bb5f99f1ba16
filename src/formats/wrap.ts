/** Wraps prose to the width of the terminal. */
import { clean } from './clean.ts'
import { displayWidth } from './table.ts'

/** The minimum width, even for narrower terminals. */
const NARROWEST = 20

/**
 * A text broken into lines between words; a word that is too long gets its own line.
 * @param width undefined for no wrapping
 */
export function wrap(text: string, width: number | undefined): readonly string[] {
  const cleaned = clean(text)
  if (width === undefined || displayWidth(cleaned) <= width) return [cleaned]
  const most = Math.max(width, NARROWEST)
  const lines: string[] = []
  let line = ''
  let taken = 0
  for (const word of cleaned.split(' ')) {
    const length = displayWidth(word)
    if (line !== '' && taken + 1 + length > most) {
      lines.push(line)
      line = word
      taken = length
    } else {
      line = line === '' ? word : `${line} ${word}`
      taken += line === word ? length : length + 1
    }
  }
  return [...lines, line]
}
