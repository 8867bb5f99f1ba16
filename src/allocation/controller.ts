/**
 * Simulates what the address controller of Istio 1.25 and later writes into status.addresses of ServiceEntries, as if
 * entries with a stored status came first (pilot/pkg/controllers/ipallocate/ipallocate.go).
 */

import { canonicalIp, ipFamily } from '../common/addresses.ts'
import { append, EMPTY_MAP } from '../common/collections.ts'
import { hostsWithVips, ineligible } from '../kinds/auto-allocation.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import { byCreationThenNamespace } from '../kinds/resource.ts'
import type { Features } from '../resources/mesh/features.ts'
import type { AddressRange, GivenAddresses, StoredAddress, Vips } from './allocation.ts'
import { AddressPool } from './pool.ts'

/** The addresses of one host of one entry. */
export class HostAddresses {
  readonly host: string
  /** They were already in the status. */
  readonly stored: boolean
  /** Undefined if these are one address of each family, as the controller assigns them: most are. */
  readonly #listed: readonly string[] | undefined
  #vips: Vips | undefined

  /** @param addresses a list, or what a service uses of it if that is all */
  constructor(host: string, addresses: readonly string[] | Vips, stored: boolean) {
    this.host = host
    this.stored = stored
    if ('ipv4' in addresses) this.#vips = addresses
    else this.#listed = addresses
  }

  get addresses(): readonly string[] {
    if (this.#listed) return this.#listed
    const { ipv4, ipv6 } = this.vips
    return [ipv4, ipv6].filter(Boolean)
  }

  /** Those that a service uses: the last of each family. */
  get vips(): Vips {
    this.#vips ??= lastOfEachFamily(this.#listed ?? [])
    return this.#vips
  }
}

function lastOfEachFamily(addresses: readonly string[]): Vips {
  let ipv4 = ''
  let ipv6 = ''
  for (const address of addresses) {
    if (ipFamily(address) === 4) ipv4 = address
    else if (ipFamily(address) === 6) ipv6 = address
  }
  return { ipv4, ipv6 }
}

export interface StatusAllocation {
  /** Only entries that have addresses. */
  readonly byEntry: ReadonlyMap<ServiceEntryResource, readonly HostAddresses[]>
  /** Entries that may not have automatic addresses but still have some in their status; they are not used. */
  readonly stale: ReadonlyMap<ServiceEntryResource, readonly HostAddresses[]>
  /** Entries whose stored addresses another entry has taken. */
  readonly displaced: ReadonlySet<ServiceEntryResource>
  readonly ranges: readonly AddressRange[]
  /** Creation times that several entries share, so that namespace and name decide their order. */
  readonly tied: ReadonlySet<number>
}

/** Most entries have none. */
const NOTHING_GIVEN: GivenAddresses = new Map()

/** The addresses that entries have already. */
class StoredAddresses {
  readonly #given: GivenAddresses

  constructor(given: GivenAddresses) {
    this.#given = given
  }

  #of(entry: ServiceEntryResource): readonly StoredAddress[] {
    const { addresses } = entry.status
    return addresses.length > 0 ? addresses : (this.#given.get(entry) ?? addresses)
  }

  has(entry: ServiceEntryResource): boolean {
    return this.#of(entry).length > 0
  }

  byHost(entry: ServiceEntryResource): ReadonlyMap<string, readonly string[]> {
    const stored = this.#of(entry)
    if (stored.length === 0) return EMPTY_MAP
    const out = new Map<string, string[]>()
    for (const { host, value } of stored) {
      const address = canonicalIp(value)
      if (address === undefined) continue
      append(out, host, address)
    }
    return out
  }

  hostsOf(entry: ServiceEntryResource): readonly HostAddresses[] {
    return [...this.byHost(entry)].map(([host, addresses]) => new HostAddresses(host, addresses, true))
  }
}

/** By address; most addresses have one entry. */
type Holders = Map<string, ServiceEntryResource | Set<ServiceEntryResource>>

class Simulation {
  readonly pools: readonly [AddressPool, AddressPool]
  readonly current = new Map<ServiceEntryResource, readonly HostAddresses[]>()
  readonly displaced = new Set<ServiceEntryResource>()
  readonly #clearsStale: boolean
  /** Entries by address, built at the first conflict. */
  #holders: Holders | undefined
  readonly #written = new Set<string>()

  readonly #stored: StoredAddresses

  constructor(features: Features, stored: StoredAddresses) {
    this.#stored = stored
    this.pools = [new AddressPool(features.ipv4Prefix), new AddressPool(features.ipv6Prefix)]
    this.#clearsStale = features.has('stale-addresses-cleared')
  }

  add(entry: ServiceEntryResource): void {
    const conflicts = ineligible(entry) === undefined ? this.#addEligible(entry) : this.#addIneligible(entry)
    if (conflicts.length > 0) this.#resolve(conflicts)
  }

  #mark(addresses: Iterable<string>, owner: ServiceEntryResource): string[] {
    const conflicts: string[] = []
    for (const address of addresses) {
      if (!this.pools.every((pool) => pool.mark(address, owner))) conflicts.push(address)
    }
    return conflicts
  }

  #addIneligible(entry: ServiceEntryResource): string[] {
    const own = entry.spec.addresses.map(canonicalIp).filter((address) => address !== undefined)
    for (const address of own) this.#written.add(address)
    const conflicts = this.#mark(own, entry)
    if (this.#clearsStale) this.#clear(entry)
    else if (this.#stored.has(entry)) this.#store(entry, this.#stored.hostsOf(entry))
    return conflicts
  }

  #clear(entry: ServiceEntryResource): void {
    for (const addresses of this.#stored.byHost(entry).values()) {
      for (const address of addresses) for (const pool of this.pools) pool.release(address, entry)
    }
  }

  #addEligible(entry: ServiceEntryResource): string[] {
    const stored = this.#stored.byHost(entry)
    const conflicts = stored.size > 0 ? this.#mark([...stored.values()].flat(), entry) : []
    const hosts = hostsWithVips(entry)
    const allocated = hosts.map((host) => {
      const addresses = stored.get(host)
      return addresses ? new HostAddresses(host, addresses, true) : this.#allocate(entry, host)
    })
    this.#store(entry, allocated)
    return conflicts
  }

  #allocate(entry: ServiceEntryResource, host: string): HostAddresses {
    const [ipv4, ipv6] = [this.pools[0].take(entry), this.pools[1].take(entry)]
    return new HostAddresses(host, { ipv4, ipv6 }, false)
  }

  #hold(holders: Holders, address: string, entry: ServiceEntryResource): void {
    const known = holders.get(address)
    if (known === undefined) holders.set(address, entry)
    else if (known instanceof Set) known.add(entry)
    else holders.set(address, new Set([known, entry]))
  }

  #release(holders: Holders, address: string, entry: ServiceEntryResource): void {
    const known = holders.get(address)
    if (known instanceof Set) known.delete(entry)
    else if (known === entry) holders.delete(address)
  }

  /** Built on demand, because most meshes have no conflicts. */
  #allHolders(): Holders {
    if (this.#holders) return this.#holders
    const holders: Holders = new Map()
    for (const [entry, hosts] of this.current) {
      for (const { addresses } of hosts) for (const address of addresses) this.#hold(holders, address, entry)
    }
    this.#holders = holders
    return holders
  }

  #holdersOf(address: string): Iterable<ServiceEntryResource> {
    const known = this.#allHolders().get(address)
    if (known === undefined) return []
    return known instanceof Set ? known : [known]
  }

  #store(entry: ServiceEntryResource, hosts: readonly HostAddresses[]): void {
    const holders = this.#holders
    if (holders) {
      const before = this.current.get(entry) ?? []
      for (const { addresses } of before) for (const address of addresses) this.#release(holders, address, entry)
      for (const { addresses } of hosts) for (const address of addresses) this.#hold(holders, address, entry)
    }
    this.current.set(entry, hosts)
  }

  /** The oldest holder keeps an address, unless an entry has it in its spec; all others get new ones. */
  #resolve(conflicts: readonly string[]): void {
    const holders = new Set<ServiceEntryResource>()
    for (const address of conflicts) for (const entry of this.#holdersOf(address)) holders.add(entry)
    const written = conflicts.some((address) => this.#written.has(address))
    const losers = [...holders].sort(byCreationThenNamespace).slice(written ? 0 : 1)
    for (const entry of losers) {
      this.displaced.add(entry)
      this.#store(
        entry,
        hostsWithVips(entry).map((host) => this.#allocate(entry, host)),
      )
    }
  }
}

function tiedCreationTimes(byEntry: StatusAllocation['byEntry']): ReadonlySet<number> {
  const seen = new Set<number>()
  const tied = new Set<number>()
  for (const [entry, hosts] of byEntry) {
    if (hosts.every((host) => host.stored)) continue
    const { creationTime } = entry.meta
    if (seen.has(creationTime)) tied.add(creationTime)
    seen.add(creationTime)
  }
  return tied
}

/**
 * Simulates the controller over all entries.
 * @param ordered oldest first, then by namespace and name
 * @param given addresses of entries without stored ones, as if they were stored
 */
export function simulateController(
  ordered: readonly ServiceEntryResource[],
  features: Features,
  given: GivenAddresses = NOTHING_GIVEN,
): StatusAllocation {
  const stored = new StoredAddresses(given)
  const simulation = new Simulation(features, stored)
  for (const entry of ordered) if (stored.has(entry)) simulation.add(entry)
  for (const entry of ordered) if (!stored.has(entry)) simulation.add(entry)
  const byEntry = new Map<ServiceEntryResource, readonly HostAddresses[]>()
  const stale = new Map<ServiceEntryResource, readonly HostAddresses[]>()
  for (const [entry, hosts] of simulation.current) {
    const kept = ineligible(entry) === undefined ? byEntry : stale
    if (hosts.some(({ addresses }) => addresses.length > 0)) kept.set(entry, hosts)
  }
  const { displaced, pools } = simulation
  // Pools know the owner of each address, which takes megabytes.
  const ranges = pools.map(({ family, prefix, free }) => ({ family, prefix, free }))
  return { byEntry, stale, displaced, ranges, tied: tiedCreationTimes(byEntry) }
}
