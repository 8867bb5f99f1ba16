import { compareBytes } from '../../../common/bytes.ts'
import { isWildcard } from '../../../scope/hosts.ts'

const reverse = (text: string): string => [...text].reverse().join('')

/**
 * A set of hosts that finds those that match a host, where either side may be a wildcard. Suffixes are compared as text
 * (pkg/config/host Name.Matches). The cost depends on the number of matches, not on the size of the set.
 */
export class MatchingHosts {
  readonly #exact = new Set<string>()
  /** Wildcards by the text after their star. */
  readonly #wildcards = new Map<string, string>()
  readonly #suffixLengths: readonly number[]
  #backwards: readonly { readonly key: string; readonly host: string }[] | undefined

  constructor(hosts: Iterable<string>) {
    for (const host of hosts) {
      if (isWildcard(host)) this.#wildcards.set(host.slice(1), host)
      else this.#exact.add(host)
    }
    this.#suffixLengths = [...new Set([...this.#wildcards.keys()].map((suffix) => suffix.length))]
  }

  /** Adds the hosts of the index that match `host` to `found`. */
  collectMatches(host: string, found: Set<string>): void {
    if (isWildcard(host)) {
      this.#collectSuffixesOf(host.slice(1), found)
      this.#collectEndingWith(host.slice(1), found)
      return
    }
    if (this.#exact.has(host)) found.add(host)
    this.#collectSuffixesOf(host, found)
  }

  #collectSuffixesOf(text: string, found: Set<string>): void {
    for (const length of this.#suffixLengths) {
      if (length > text.length) continue
      const wildcard = this.#wildcards.get(text.slice(text.length - length))
      if (wildcard !== undefined) found.add(wildcard)
    }
  }

  /** Sorted by their reversed text, hosts with a common suffix are adjacent. */
  #collectEndingWith(suffix: string, found: Set<string>): void {
    this.#backwards ??= [
      ...[...this.#exact].map((host) => ({ key: reverse(host), host })),
      ...[...this.#wildcards].map(([text, host]) => ({ key: reverse(text), host })),
    ].sort((a, b) => compareBytes(a.key, b.key))
    const prefix = reverse(suffix)
    let low = 0
    let high = this.#backwards.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBytes(this.#backwards[middle]?.key ?? '', prefix) < 0) low = middle + 1
      else high = middle
    }
    for (let i = low; this.#backwards[i]?.key.startsWith(prefix); i++) found.add(this.#backwards[i]?.host ?? '')
  }
}
