/** Which host patterns match at least one of many names, found in a single pass over the names. */
import { append } from '../../../../common/collections.ts'
import { isWildcard } from '../../../../scope/hosts.ts'

/** A host, or a wildcard with what it means. */
export interface HostPattern {
  readonly host: string
}

/**
 * Patterns that have not matched a host yet. Wildcards are found by the ends of hosts, so the cost of a pass is the
 * number of hosts times the number of distinct wildcard lengths.
 */
export class WaitingPatterns<P extends HostPattern> {
  readonly #exact = new Map<string, P[]>()
  /** By the text after the `*`. */
  readonly #wild = new Map<string, P[]>()
  readonly #lengths = new Set<number>()

  add(pattern: P): void {
    const { host } = pattern
    const wildcard = isWildcard(host)
    const into = wildcard ? this.#wild : this.#exact
    const key = wildcard ? host.slice(1) : host
    if (wildcard) this.#lengths.add(key.length)
    append(into, key, pattern)
  }

  /** Removes patterns that match the host and for which `fits` is true. */
  settle(host: string, fits: (pattern: P) => boolean): void {
    take(this.#exact.get(host), fits)
    for (const length of this.#lengths) {
      if (length <= host.length) take(this.#wild.get(host.slice(host.length - length)), fits)
    }
  }

  /** Patterns that have not matched. */
  *waiting(): Iterable<P> {
    for (const map of [this.#exact, this.#wild]) for (const patterns of map.values()) yield* patterns
  }
}

function take<P>(patterns: P[] | undefined, fits: (pattern: P) => boolean): void {
  if (!patterns || patterns.length === 0) return
  // Patterns that stay move to the front.
  let waiting = 0
  for (const pattern of patterns) if (!fits(pattern)) patterns[waiting++] = pattern
  patterns.length = waiting
}
