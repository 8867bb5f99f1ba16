/** Host matching (pkg/config/host/name.go of the reference). Comparisons are case-sensitive; `*` covers everything. */
import { isWildcard } from '../registry/service.ts'

export { isWildcard }

const suffixOf = (wildcard: string): string => wildcard.slice(1)

/** Every name that `a` covers is covered by `b`. */
export function isSubsetOf(a: string, b: string): boolean {
  if (!isWildcard(b)) return a === b
  if (!isWildcard(a)) return a.endsWith(suffixOf(b))
  return a.length >= b.length && a.endsWith(suffixOf(b))
}

/** Some name is covered by both. */
export function hostsMatch(a: string, b: string): boolean {
  return a.length >= b.length ? isSubsetOf(a, b) || isSubsetOf(b, a) : isSubsetOf(b, a) || isSubsetOf(a, b)
}

/**
 * Finds, for a host, the most specific of many names: the equal one, else the longest wildcard that covers it. Suffixes
 * are looked up from the longest on, so the cost is the length of the host, not the number of names.
 */
export class HostIndex<V> {
  readonly #exact = new Map<string, V>()
  /** By the text after the `*`. */
  readonly #wild = new Map<string, V>()
  readonly #lengths = new Set<number>()
  #sorted: number[] | undefined

  /** The first value of a host stays unless `update` makes another of it. */
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
