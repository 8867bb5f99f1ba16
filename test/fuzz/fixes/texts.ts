/** What an edit must keep of a text. */
import { type Edit, isRemoval } from '../../../src/findings/fixes/change.ts'
import { startsWith } from '../../../src/findings/fixes/edit.ts'
import type { PathStep } from '../../../src/sources/document.ts'
import type { StyledText } from './styled.ts'

/** The words that edits are about, and the others, both in text order. */
function sorted(
  { words }: StyledText,
  edits: readonly Edit[],
): { touched: readonly string[]; kept: readonly string[] } {
  const isTouched = (path: readonly PathStep[], isValue: boolean): boolean =>
    edits.some((edit) => {
      if (!startsWith(path, edit.path)) return false
      // A new value keeps the key and its comments.
      return isRemoval(edit) || isValue || path.length > edit.path.length
    })
  const about = words.map(({ path, kind }) => isTouched(path, kind === 'value'))
  const textsOf = (touched: boolean) => words.filter((_, index) => about[index] === touched).map(({ text }) => text)
  return { touched: textsOf(true), kept: textsOf(false) }
}

/** The first of the words that is not in the text, in the given order. */
function firstMissing(text: string, words: readonly string[]): string | undefined {
  let at = 0
  for (const word of words) {
    const found = text.indexOf(word, at)
    if (found < 0) return word
    at = found + word.length
  }
  return undefined
}

const linesOf = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []

/** Lines that are gone without a word that an edit is about: an edit may touch a few next to it. */
function linesLost(before: string, after: string, touched: readonly string[]): number {
  const left = new Map<string, number>()
  for (const line of linesOf(after)) left.set(line, (left.get(line) ?? 0) + 1)
  return linesOf(before).filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    // Lines of brackets go with what is in them.
    return count <= 0 && /\w{4}/.test(line) && !touched.some((word) => line.includes(word))
  }).length
}

/** An edit changes the line it adds to, and the lines where brackets and dashes were. */
const LINES_OF_AN_EDIT = 3

function lineEndsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/\r\n|\r|\n/g) ?? [])
}

/**
 * What is wrong with an edited text, apart from its value; undefined if nothing is.
 * @param documents those of the text before, in order
 * @param edits of each of them
 */
export function textProblem(
  documents: readonly StyledText[],
  before: string,
  after: string,
  edits: readonly (readonly Edit[])[],
): string | undefined {
  const words = documents.map((document, index) => sorted(document, edits[index] ?? []))
  const missing = firstMissing(
    after,
    words.flatMap(({ kept }) => kept),
  )
  if (missing !== undefined) return `lost ${missing}`
  const touched = words.flatMap((some) => some.touched)
  const lost = linesLost(before, after, touched)
  if (lost > LINES_OF_AN_EDIT * edits.flat().length) return `changed ${lost} other lines`
  const ends = lineEndsOf(before)
  const strange = [...lineEndsOf(after)].find((end) => ends.size > 0 && !ends.has(end))
  return strange === undefined ? undefined : `brings the line end ${JSON.stringify(strange)}`
}
