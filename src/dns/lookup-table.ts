/** The agent's lookup table (pkg/dns/client/dns.go BuildAlternateHosts of the reference). */
import { canonicalIp, ipFamily } from '../common/addresses.ts'
import { keepingEach } from '../common/memory.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { ProxyView } from '../scope/view.ts'
import { absolute, type IndexAnswer, type IndexEntry, type IndexedRecord, NameIndex } from './name-index.ts'
import type { NameRecord, NameTable } from './name-table.ts'

/** The TTL of every answer in seconds. */
export const TTL = 30

export type DnsRecord = IndexedRecord<NameRecord>

export type Answer = IndexAnswer<NameRecord>

const NO_ADDRESSES: readonly string[] = []

const canonicalIpv6 = (ips: readonly string[]): readonly string[] =>
  ips.flatMap((ip) => (ipFamily(ip) === 6 ? [canonicalIp(ip) as string] : []))

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

/** The names by which clients of a proxy may ask for a record, without those made by a search domain. */
export function namesOfRecord(record: NameRecord, proxy: Proxy): readonly string[] {
  return namesOf(record, proxy.namespace, baseDomain(proxy)).map((name) => name.toLowerCase())
}

/** @returns undefined if the record has no address */
const entriesOf = keepingEach(
  (record: NameRecord, _: undefined, namespace: string, domain: string): IndexEntry<NameRecord> | undefined => {
    const ipv4 = record.ips.filter((ip) => ipFamily(ip) === 4)
    const ipv6 = ipv4.length === record.ips.length ? NO_ADDRESSES : canonicalIpv6(record.ips)
    if (ipv4.length + ipv6.length === 0) return undefined
    return { record, names: namesOf(record, namespace, domain).map((name) => name.toLowerCase()), ipv4, ipv6 }
  },
)

/** What the agent's DNS server makes of a name table. */
export class LookupTable extends NameIndex<NameRecord> {
  /** In the order of the name table. */
  readonly entries: readonly IndexEntry<NameRecord>[]

  /** @param view the proxy's namespace, domain and search list decide which short names exist */
  constructor(table: NameTable, { proxy, registry }: ProxyView) {
    super({ search: proxy.search[0], expandsOnce: registry.snapshot.features.has('no-doubled-names') })
    const domain = baseDomain(proxy)
    const { memory } = registry.snapshot
    const entries = entriesOf(memory, proxy.id, [...table.values()], [], proxy.namespace, domain)
    this.entries = entries.filter((entry) => entry !== undefined)
    for (const entry of this.entries) this.add(entry)
  }
}

/** `OWNER TTL IN TYPE DATA` */
export function recordText(record: DnsRecord): string {
  return `${record.name} ${TTL} IN ${record.type} ${record.data}`
}
