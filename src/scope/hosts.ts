/** Host matching (pkg/config/host/name.go of the reference). Comparisons are case-sensitive; `*` covers everything. */
import { hostsMatch, isSubsetOf } from '../derivation/hosts.ts'
import { isWildcard } from '../registry/service.ts'

export { hostsMatch, isSubsetOf, isWildcard }

const suffixOf = (wildcard: string): string => wildcard.slice(1)

/**
 * Finds the most specific match for a host: the equal name, otherwise the longest wildcard that covers it. Suffixes are
 * looked up longest first, so the cost depends on the length of the host and not on the number of names.
 */
export class HostIndex<V> {
  readonly #exact = new Map<string, V>()
  /** By the text after the `*`. */
  readonly #wild = new Map<string, V>()
  readonly #lengths = new Set<number>()
  #sorted: number[] | undefined

  /** Keeps the first value of a host unless `update` returns another. */
  add(host: string, update: (known: V | undefined) => V): void {
    if (!isWildcard(host)) {
      this.#exact.set(host, update(this.#exact.get(host)))
      return
    }
    const suffix = suffixOf(host)
    this.#wild.set(suffix, update(this.#wild.get(suffix)))
    this.#lengths.add(suffix.length)
    this.#sorted = undefined
  }

  get size(): number {
    return this.#exact.size + this.#wild.size
  }

  /** pilot/pkg/model/push_context.go MostSpecificHostMatch */
  find(needle: string): V | undefined {
    if (this.size === 0) return undefined
    if (!isWildcard(needle)) return this.#exact.get(needle) ?? this.#findWild(needle)
    return this.#wild.get(suffixOf(needle)) ?? this.#findWild(suffixOf(needle))
  }

  #findWild(name: string): V | undefined {
    if (this.#wild.size === 0) return undefined
    this.#sorted ??= [...this.#lengths].sort((a, b) => b - a)
    for (const length of this.#sorted) {
      if (length > name.length) continue
      const value = this.#wild.get(name.slice(name.length - length))
      if (value !== undefined) return value
    }
    return undefined
  }
}

const reversed = (text: string): string => [...text].reverse().join('')

/**
 * A set of names that tells whether any of them is covered by a host. The names are sorted by their ends, so names with
 * a common suffix are adjacent and found by binary search.
 */
export class HostSet {
  readonly #names = new Set<string>()
  #sorted: readonly string[] | undefined

  add(name: string): void {
    this.#names.add(name)
    this.#sorted = undefined
  }

  /** Whether a host, possibly a wildcard, covers one of the names. */
  anyWithin(host: string): boolean {
    if (!isWildcard(host)) return this.#names.has(host)
    this.#sorted ??= [...this.#names].map(reversed).sort()
    const suffix = reversed(suffixOf(host))
    return this.#firstFrom(this.#sorted, suffix)?.startsWith(suffix) ?? false
  }

  #firstFrom(sorted: readonly string[], text: string): string | undefined {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] as string) < text) low = middle + 1
      else high = middle
    }
    return sorted[low]
  }
}
