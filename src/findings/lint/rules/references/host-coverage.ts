/** Which patterns of hosts cover at least one of many names: a question is answered by one pass over the names. */
import { append } from '../../../../common/collections.ts'
import { isWildcard } from '../../../../scope/hosts.ts'

/** What is looked for: a host, or a wildcard with what it stands for. */
export interface HostPattern {
  readonly host: string
}

/**
 * Patterns that are waiting for a host which they cover. A wildcard is found by the end of a host, so that a pass costs
 * the hosts times the different lengths of wildcards.
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

  /** Patterns for which `fits` holds have found what they wait for. */
  settle(host: string, fits: (pattern: P) => boolean): void {
    take(this.#exact.get(host), fits)
    for (const length of this.#lengths) {
      if (length <= host.length) take(this.#wild.get(host.slice(host.length - length)), fits)
    }
  }

  /** What has found nothing. */
  *waiting(): Iterable<P> {
    for (const map of [this.#exact, this.#wild]) for (const patterns of map.values()) yield* patterns
  }
}

function take<P>(patterns: P[] | undefined, fits: (pattern: P) => boolean): void {
  if (!patterns || patterns.length === 0) return
  // Those that go on waiting move to the front.
  let waiting = 0
  for (const pattern of patterns) if (!fits(pattern)) patterns[waiting++] = pattern
  patterns.length = waiting
}
