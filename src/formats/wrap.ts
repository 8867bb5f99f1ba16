/** Prose in the width of a terminal. */
import { clean } from './clean.ts'
import { displayWidth } from './table.ts'

/** Narrower than this a text is not set, however narrow the terminal is. */
const NARROWEST = 20

/**
 * A text in lines that are broken between words; a longer word has a line of its own.
 * @param width undefined when nothing is to be broken
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
