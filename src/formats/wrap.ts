/** Wraps prose to the width of the terminal. */
import { clean } from './clean.ts'
import { type Line, type Span, textOf, withText } from './spans.ts'
import { displayWidth } from './width.ts'

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

/** Pieces without a blank between them. */
type Word = readonly Span[]

const wordWidth = (word: Word): number => word.reduce((sum, piece) => sum + displayWidth(textOf(piece)), 0)

/** The words of a line; a word may go on in the next span. */
function wordsOf(line: Line): readonly Word[] {
  const words: Span[][] = [[]]
  for (const span of line) {
    for (const [index, text] of clean(textOf(span)).split(' ').entries()) {
      if (index > 0) words.push([])
      if (text !== '') words.at(-1)?.push(withText(span, text))
    }
  }
  return words
}

const styleOf = (span: Span): string => (typeof span === 'string' ? '' : span.style)

/** Adds a text to a line; one of the same style goes on in the same span. */
function append(line: Span[], span: Span): void {
  const last = line.at(-1)
  if (last === undefined || styleOf(last) !== styleOf(span)) line.push(span)
  else line[line.length - 1] = withText(last, textOf(last) + textOf(span))
}

/** Words with blanks between them, which have the style of the word before. */
function lineOf(words: readonly Word[]): Line {
  const line: Span[] = []
  for (const [index, word] of words.entries()) {
    if (index > 0) append(line, withText(line.at(-1) ?? '', ' '))
    for (const piece of word) append(line, piece)
  }
  return line
}

/**
 * A line broken between words into lines, with the styles of its spans; a word that is too long gets its own line.
 * @param width undefined for no wrapping
 * @param hanging goes before every line but the first
 */
export function wrapLine(line: Line, width: number | undefined, hanging: Span): readonly Line[] {
  const length = line.reduce((sum, span) => sum + displayWidth(clean(textOf(span))), 0)
  if (width === undefined || length <= width) return [line]
  const indent = displayWidth(textOf(hanging))
  const most = Math.max(width, NARROWEST + indent)
  const lines: Word[][] = []
  let taken = Number.POSITIVE_INFINITY
  for (const word of wordsOf(line)) {
    const size = wordWidth(word)
    if (taken + 1 + size <= most) {
      lines.at(-1)?.push(word)
      taken += 1 + size
    } else if (size > 0 || lines.length === 0) {
      taken = (lines.length === 0 ? 0 : indent) + size
      lines.push([word])
    }
  }
  return lines.map((words, index) => (index === 0 ? lineOf(words) : [hanging, ...lineOf(words)]))
}
