/** Removes the user's own credentials from messages of servers, proxies and plugins. */

import { wellFormed } from './contexts.ts'

/** Shorter texts are also parts of ordinary words; they are only removed where they stand for credentials. */
const SHORTEST = 6
export const HIDDEN = '[hidden]'
/** A header that a server repeats. */
const HEADER = /\b(Bearer|Basic)( +|%20)[^\s"',;]+/gi

export class Secrets {
  readonly #texts = new Set<string>()

  /** Adds credentials; of several lines, such as a key, each line. */
  add(...texts: readonly (string | undefined)[]): void {
    for (const text of texts) {
      for (const line of (text ?? '').split(/[\r\n]+/)) {
        if (line.length < SHORTEST || line.startsWith('-----')) continue
        this.#texts.add(line)
        this.#texts.add(encodeURIComponent(wellFormed(line)))
        this.#texts.add(JSON.stringify(line).slice(1, -1))
      }
    }
  }

  /** The text of someone else without the credentials. */
  hide(text: string): string {
    let shown = text.replace(HEADER, `$1 ${HIDDEN}`)
    // A secret may be a part of a longer one.
    for (const secret of [...this.#texts].sort((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, HIDDEN)
    return shown
  }
}
