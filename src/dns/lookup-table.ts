/** The agent's lookup table (pkg/dns/client/dns.go BuildAlternateHosts, buildDNSAnswers of the reference). */
import { canonicalIp, ipFamily } from '../common/addresses.ts'
import { keepingEach } from '../common/memory.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { isWildcard } from '../registry/service.ts'
import type { ProxyView } from '../scope/view.ts'
import type { NameRecord, NameTable } from './name-table.ts'

/** The TTL of every answer in seconds. */
export const TTL = 30

export type RecordType = 'A' | 'AAAA' | 'CNAME'

export interface DnsRecord {
  /** Lower case, with its final dot. */
  readonly name: string
  readonly type: RecordType
  /** An address, or the target of a CNAME. */
  readonly data: string
  /** The record of the name table behind it. */
  readonly record: NameRecord
}

export type Answer =
  | {
      readonly kind: 'answer'
      /** CNAMEs first; empty when the name exists but has no record of this type. */
      readonly records: readonly DnsRecord[]
      /** The name in the table that matched: the name itself, or a wildcard. */
      readonly matched: string
      readonly record: NameRecord
    }
  /** The query is forwarded to the resolvers in resolv.conf. */
  | { readonly kind: 'upstream'; readonly reason: 'unknown-name' | 'other-type'; readonly record?: NameRecord }

interface Entry {
  readonly record: NameRecord
  /** In lower case, without those made by a search domain. */
  readonly names: readonly string[]
  readonly ipv4: readonly string[]
  readonly ipv6: readonly string[]
}

const NO_ADDRESSES: readonly string[] = []

const canonicalIpv6 = (ips: readonly string[]): readonly string[] =>
  ips.flatMap((ip) => (ipFamily(ip) === 6 ? [canonicalIp(ip) as string] : []))

/** `example.com` to `example.com.`; a final dot is kept. */
export const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** The domain without the proxy's namespace, as the agent derives it: `svc.cluster.local`. */
function baseDomain(proxy: Proxy): string {
  const parts = proxy.dnsDomain.split('.')
  return (parts[0] === proxy.namespace ? parts.slice(1) : parts).join('.')
}

/** The names of a record, without search-domain expansion. */
function namesOf(record: NameRecord, namespace: string, domain: string): readonly string[] {
  const { host, registry, shortname } = record
  if (registry !== 'Kubernetes') return [absolute(host)]
  if (host.endsWith('.')) return []
  const names = [`${host}.`]
  if (host.endsWith(domain)) {
    names.push(`${shortname}.${record.namespace}.`)
    if (record.namespace === namespace) names.push(`${shortname}.`)
    names.push(`${shortname}.${record.namespace}.${domain.split('.')[0]}.`)
  }
  return names
}

/** @returns undefined if the record has no address */
const entriesOf = keepingEach(
  (record: NameRecord, _: undefined, namespace: string, domain: string): Entry | undefined => {
    const ipv4 = record.ips.filter((ip) => ipFamily(ip) === 4)
    const ipv6 = ipv4.length === record.ips.length ? NO_ADDRESSES : canonicalIpv6(record.ips)
    if (ipv4.length + ipv6.length === 0) return undefined
    return { record, names: namesOf(record, namespace, domain).map((name) => name.toLowerCase()), ipv4, ipv6 }
  },
)

export class LookupTable {
  /** By every name of a record. */
  readonly #entries = new Map<string, Entry>()
  /** The first search domain with its final dot; names with it appended are aliases. */
  readonly #search: string | undefined
  /** The search domain in lower case. */
  readonly #suffix: string
  /** Whether any name is a wildcard; otherwise the search for a covering one is skipped. */
  #hasWildcards = false

  /** Names that already end in the search domain are not expanded again. */
  readonly #expandsOnce: boolean

  /** @param view the proxy's namespace, domain and search list decide which short names exist */
  constructor(table: NameTable, { proxy, registry }: ProxyView) {
    this.#expandsOnce = registry.snapshot.features.has('no-doubled-names')
    const domain = baseDomain(proxy)
    const [search] = proxy.search
    this.#search = search === undefined ? undefined : `${search}.`
    this.#suffix = (this.#search ?? '').toLowerCase()
    const { memory } = registry.snapshot
    const entries = entriesOf(memory, proxy.id, [...table.values()], [], proxy.namespace, domain)
    for (const entry of entries) if (entry) this.#add(entry)
  }

  #add(entry: Entry): void {
    for (const name of entry.names) {
      this.#hasWildcards ||= isWildcard(name)
      this.#entries.set(name, entry)
    }
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
    if (!entry || (this.#expandsOnce && short.endsWith(search))) return undefined
    return this.#entries.get(name)?.record === entry.record ? undefined : short
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
      if (this.#isKnown(wildcard)) return wildcard
    }
    return undefined
  }

  /**
   * @param question a name, with or without the final dot, in any letter case
   * @param type a DNS record type; only A and AAAA are answered
   */
  lookup(question: string, type: string): Answer {
    const name = absolute(question).toLowerCase()
    const matched = this.#match(name)
    const cname = matched === undefined ? undefined : this.#cnameOf(matched)
    const entry = this.#entries.get(cname ?? matched ?? '')
    if (matched === undefined || !entry) return { kind: 'upstream', reason: 'unknown-name' }
    const { record } = entry
    if (type !== 'A' && type !== 'AAAA') return { kind: 'upstream', reason: 'other-type', record }
    const owner = cname ?? name
    const records: DnsRecord[] = (type === 'A' ? entry.ipv4 : entry.ipv6).map((data) => ({
      name: owner,
      type,
      data,
      record,
    }))
    if (records.length > 0 && cname !== undefined) records.unshift({ name, type: 'CNAME', data: cname, record })
    return { kind: 'answer', records, matched, record }
  }
}

/** `OWNER TTL IN TYPE DATA` */
export function recordText(record: DnsRecord): string {
  return `${record.name} ${TTL} IN ${record.type} ${record.data}`
}
