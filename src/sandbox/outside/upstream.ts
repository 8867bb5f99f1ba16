/** The names that exist outside of the proxy: what the cluster's resolver and the internet would answer. */
import { ipFamily } from '../../common/addresses.ts'
import type { LookupTable } from '../../dns/lookup-table.ts'
import type { RecordType } from '../../dns/name-index.ts'
import { isWildcard } from '../../registry/service.ts'
import type { ReceivedResources } from '../../simulation/resources.ts'

/** What a resolver answers: addresses, or undefined if there is no such name. */
export type Addresses = readonly string[] | undefined

/** For tests of devices (RFC 2544), so in no mesh. */
const IPV4_START = [198, 18] as const
const IPV6_START = 'fd76:6970:6374:1::'
const MOST = 1 << 16

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** Hosts that proxies resolve themselves. */
export function resolvedHosts({ cds }: ReceivedResources): readonly string[] {
  const endpoints = cds.flatMap(({ loadAssignment }) =>
    (loadAssignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) => lbEndpoints),
  )
  const hosts = endpoints.map(({ endpoint }) => endpoint?.address?.socketAddress?.address ?? '')
  return hosts.filter((host) => host !== '' && ipFamily(host) === 0)
}

/** Invents an address for every name outside of the mesh; a name keeps its address. */
export class Upstream {
  readonly #given: ReadonlyMap<string, string>
  readonly #invented = new Map<string, number>()
  #names: ReadonlySet<string> = new Set()
  #wildcards: readonly string[] = []
  #table: LookupTable | undefined

  /** @param given addresses by name */
  constructor(given: ReadonlyMap<string, string>) {
    this.#given = given
  }

  /**
   * @param names that exist outside, with wildcards
   * @param table of which the names of Kubernetes are what the cluster's resolver answers
   */
  use(names: Iterable<string>, table: LookupTable): void {
    const all = [...names].map(plain)
    this.#names = new Set(all.filter((name) => !isWildcard(name)))
    this.#wildcards = all.filter(isWildcard).map((name) => name.slice(1))
    this.#table = table
    for (const name of this.#names) this.#invent(name)
  }

  #invent(name: string): number {
    const index = this.#invented.get(name) ?? (this.#invented.size + 1) % MOST
    this.#invented.set(name, index)
    return index
  }

  #ofCluster(name: string, type: RecordType): Addresses {
    const answer = this.#table?.lookup(name, type)
    if (answer?.kind !== 'answer' || answer.record.registry !== 'Kubernetes') return undefined
    // The resolver of the cluster has full names only.
    if (plain(answer.record.host) !== name) return undefined
    return answer.records.filter((record) => record.type === type).map(({ data }) => data)
  }

  /** @param question with or without a final dot */
  addressesOf(question: string, type: RecordType): Addresses {
    const name = plain(question)
    const family = type === 'AAAA' ? 6 : 4
    const given = this.#given.get(name)
    if (given !== undefined) return ipFamily(given) === family ? [given] : []
    const own = this.#ofCluster(name, type)
    if (own) return own
    if (!this.#names.has(name) && !this.#wildcards.some((suffix) => name.endsWith(suffix))) return undefined
    const index = this.#invent(name)
    return [family === 6 ? IPV6_START + index.toString(16) : [...IPV4_START, index >> 8, index & 255].join('.')]
  }

  /** The address of each name, for a trace. @param type of the addresses that the proxy uses */
  asMap(type: RecordType): ReadonlyMap<string, string> {
    const out = new Map<string, string>()
    for (const name of this.#names) {
      const [address] = this.addressesOf(name, type) ?? []
      if (address !== undefined) out.set(name, address)
    }
    return new Map([...out, ...this.#given])
  }
}
