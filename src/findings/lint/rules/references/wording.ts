/** How messages show values from manifests, and suggestions for misspelled names. */
import { nearestAll } from '../../../../common/nearest.ts'
import { nearestHosts } from '../../../../common/nearest-hosts.ts'

const LONGEST = 80

/** A text of any length, truncated to 80 characters. */
export const clip = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text)

/** Labels as a selector on a command line: `app=web,tier=db`. */
export const labelsText = (labels: ReadonlyMap<string, string>): string =>
  clip([...labels].map(([key, value]) => `${key}=${value}`).join(','))

/** The budget of comparisons for one rule, which takes a quarter of a second. */
const MOST_COMPARISONS = 30_000

/** Suggestions for unknown names, within a time that users do not notice. */
export class Suggestions {
  #left = MOST_COMPARISONS

  /** ` (did you mean a or b?)`, or ''. @param count the number of names */
  textFor(word: string, names: Iterable<string>, count: number): string {
    return this.#text(count, () => nearestAll(word, names, 2))
  }

  /** The same for a host. */
  textForHost(host: string, hosts: Iterable<string>, count: number): string {
    return this.#text(count, () => nearestHosts(host, hosts, 2))
  }

  #text(count: number, find: () => readonly string[]): string {
    if (count > this.#left) return ''
    this.#left -= count
    const close = find()
    return close.length > 0 ? ` (did you mean ${close.join(' or ')}?)` : ''
  }
}
