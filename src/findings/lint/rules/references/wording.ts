/** How messages show what stands in manifests, and words for names that were misspelled. */
import { nearestAll } from '../../../../common/nearest.ts'

const LONGEST = 80

/** A text that may be endless, cut after 80 characters. */
export const clip = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text)

/** So many names are compared in all for one rule, which takes a quarter of a second. */
const MOST_COMPARISONS = 30_000

/** Suggestions for unknown names, as long as looking for them takes no time that anybody notices. */
export class Suggestions {
  #left = MOST_COMPARISONS

  /** ` (did you mean a or b?)`, or nothing. @param count of the names */
  textFor(word: string, names: Iterable<string>, count: number): string {
    if (count > this.#left) return ''
    this.#left -= count
    const close = nearestAll(word, names, 2)
    return close.length > 0 ? ` (did you mean ${close.join(' or ')}?)` : ''
  }
}
