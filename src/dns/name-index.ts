/** Names with addresses, and how the agent's DNS server looks them up (pkg/dns/client/dns.go lookupHost of the reference). */
import { isWildcard } from '../registry/service.ts'

export type RecordType = 'A' | 'AAAA' | 'CNAME'

/** @typeParam R what is known of a record besides its names and addresses */
export interface IndexedRecord<R> {
  /** Lower case, with its final dot. */
  readonly name: string
  readonly type: RecordType
  /** An address, or the target of a CNAME. */
  readonly data: string
  /** The record of the name table behind it. */
  readonly record: R
}

export type IndexAnswer<R> =
  | {
      readonly kind: 'answer'
      /** CNAMEs first; empty when the name exists but has no record of this type. */
      readonly records: readonly IndexedRecord<R>[]
      /** The name in the table that matched: the name itself, or a wildcard. */
      readonly matched: string
      readonly record: R
    }
  /** The query is forwarded to the resolvers in resolv.conf. */
  | { readonly kind: 'upstream'; readonly reason: 'unknown-name' | 'other-type'; readonly record?: R }

/** A record with all its names. */
export interface IndexEntry<R> {
  readonly record: R
  /** In lower case with final dots, without those made by a search domain. */
  readonly names: readonly string[]
  readonly ipv4: readonly string[]
  /** In canonical text. */
  readonly ipv6: readonly string[]
}

/** How names are expanded. */
export interface Expansion {
  /** The first search domain; names with it appended are aliases. */
  readonly search: string | undefined
  /** Whether names that already end in the search domain are not expanded again. */
  readonly expandsOnce: boolean
}

/** `example.com` to `example.com.`; a final dot is kept. */
export const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** Whether the character before an index is escaped by a backslash, as a dot within a label is. */
function isEscaped(name: string, index: number): boolean {
  let first = index
  while (first > 0 && name[first - 1] === '\\') first--
  return (index - first) % 2 === 1
}

/** Entries are added once, and then looked up. */
export class NameIndex<R> {
  /** By every name of a record. */
  readonly #entries = new Map<string, IndexEntry<R>>()
  readonly expansion: Expansion
  /** With its final dot. */
  readonly #search: string | undefined
  /** The search domain in lower case. */
  readonly #suffix: string
  /** Whether any name is a wildcard; otherwise the search for a covering one is skipped. */
  #hasWildcards = false

  constructor(expansion: Expansion) {
    this.expansion = expansion
    this.#search = expansion.search === undefined ? undefined : `${expansion.search}.`
    this.#suffix = (this.#search ?? '').toLowerCase()
  }

  /** An entry replaces earlier ones that have the same name. */
  add(entry: IndexEntry<R>): void {
    for (const name of entry.names) {
      this.#hasWildcards ||= isWildcard(name)
      this.#entries.set(name, entry)
    }
  }

  /** The number of names, without those made by a search domain. */
  get size(): number {
    return this.#entries.size
  }

  /** Every name with an answer, with its final dot; without those made by a search domain. */
  names(): IterableIterator<string> {
    return this.#entries.keys()
  }

  /**
   * The name for one that ends in the search domain. The agent expands all names when it receives the table; doing it
   * on lookup gives the same answers without doubling the table.
   */
  #cnameOf(name: string): string | undefined {
    const search = this.#search
    if (search === undefined || !name.endsWith(this.#suffix)) return undefined
    const short = name.slice(0, -search.length)
    const entry = this.#entries.get(short)
    if (!entry || (this.expansion.expandsOnce && short.endsWith(search))) return undefined
    return this.#entries.get(name) === entry ? undefined : short
  }

  #isKnown(name: string): boolean {
    return this.#entries.has(name) || this.#cnameOf(name) !== undefined
  }

  /** The name itself, otherwise the longest wildcard that covers it. */
  #match(name: string): string | undefined {
    if (this.#isKnown(name)) return name
    if (!this.#hasWildcards) return undefined
    for (let dot = name.indexOf('.'); dot >= 0 && dot < name.length - 1; dot = name.indexOf('.', dot + 1)) {
      const wildcard = `*.${name.slice(dot + 1)}`
      if (this.#isKnown(wildcard) && !isEscaped(name, dot)) return wildcard
    }
    return undefined
  }

  /**
   * @param question a name, with or without the final dot, in any letter case
   * @param type a DNS record type; only A and AAAA are answered
   */
  lookup(question: string, type: string): IndexAnswer<R> {
    const name = absolute(question).toLowerCase()
    const matched = this.#match(name)
    const cname = matched === undefined ? undefined : this.#cnameOf(matched)
    const entry = this.#entries.get(cname ?? matched ?? '')
    if (matched === undefined || !entry) return { kind: 'upstream', reason: 'unknown-name' }
    const { record } = entry
    if (type !== 'A' && type !== 'AAAA') return { kind: 'upstream', reason: 'other-type', record }
    const owner = cname ?? name
    const records: IndexedRecord<R>[] = (type === 'A' ? entry.ipv4 : entry.ipv6).map((data) => ({
      name: owner,
      type,
      data,
      record,
    }))
    if (records.length > 0 && cname !== undefined) records.unshift({ name, type: 'CNAME', data: cname, record })
    return { kind: 'answer', records, matched, record }
  }
}
