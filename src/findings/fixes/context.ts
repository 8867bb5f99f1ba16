/** The input for proposals: the mesh, and unused addresses and ports. */

import { ipFamily, ipText, ipValue, parsePrefix, prefixContains } from '../../common/addresses.ts'
import type { ServiceEntryResource } from '../../kinds/index.ts'
import { isServiceEntry } from '../../kinds/istio/service-entry.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Conflict, ConflictParty } from '../conflicts/index.ts'
import type { Change } from './change.ts'

/** A fix that has not been proven yet. */
export interface Proposal {
  readonly title: string
  readonly changes: readonly Change[]
}

/**
 * Proposes fixes for losers of one conflict, in order of preference; the next one is used if the first does not work.
 * @param losers all of the conflict's, or some
 */
export type Propose = (conflict: Conflict, losers: readonly ConflictParty[], context: FixContext) => Iterable<Proposal>

/** Class E, which no host has, next to Istio's range of automatic addresses; and unique local prefixes. */
const IPV4_RANGES = ['240.241.0.0/16', '240.242.0.0/16', '240.243.0.0/16'] as const
const IPV6_RANGES = ['fd00:240:241::/64', 'fd00:240:242::/64', 'fd00:240:243::/64'] as const

/** The range of ports that sidecars and istiod use. */
const FIRST_ISTIO_PORT = 15000
const LAST_ISTIO_PORT = 15099
const HIGHEST_PORT = 65535

function overlaps(a: string, b: string): boolean {
  const [left, right] = [parsePrefix(a), parsePrefix(b)]
  if (!left || !right) return false
  return prefixContains(left, right.family, right.value) || prefixContains(right, left.family, left.value)
}

/** Unused addresses in order. */
function* freeAddresses(ranges: readonly string[], used: ReadonlySet<string>, automatic = ''): Iterator<string> {
  const range = ranges.find((candidate) => !overlaps(candidate, automatic)) ?? ranges[0] ?? ''
  const prefix = parsePrefix(range)
  if (!prefix) return
  const last = prefix.value + (1n << BigInt(Math.min(32, (prefix.family === 4 ? 32 : 128) - prefix.bits))) - 1n
  for (let value = prefix.value + 1n; value < last; value++) {
    const address = ipText(prefix.family, value)
    if (!used.has(address)) yield address
  }
}

function* freePorts(from: number, used: ReadonlySet<number>): Iterator<number> {
  for (let port = from + 1; port <= HIGHEST_PORT; port++) {
    if (port >= FIRST_ISTIO_PORT && port <= LAST_ISTIO_PORT) continue
    if (!used.has(port)) yield port
  }
}

/** Canonical addresses of all services. */
function usedAddresses({ registry }: ProxyView): Set<string> {
  const used = new Set<string>()
  for (const { defaultAddress, clusterVIPs } of registry.services) {
    used.add(defaultAddress)
    for (const addresses of clusterVIPs.values()) for (const address of addresses) used.add(address)
  }
  return new Set([...used].map((text) => (ipFamily(text) === 6 ? ipText(6, ipValue(text) ?? 0n) : text)))
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => `${namespace}/${name}`

/** Unused addresses and ports. The same entry always gets the same ones. */
export class FreePool {
  readonly #addresses: Iterator<string>
  readonly #addressOf = new Map<ServiceEntryResource, string | undefined>()
  readonly #usedPorts: Set<number>
  readonly #ports = new Map<number, Iterator<number>>()
  readonly #portOf = new Map<ServiceEntryResource, Map<number, number | undefined>>()

  constructor(view: ProxyView) {
    const six = view.proxy.ipMode === 'IPv6'
    const automatic = view.registry.allocation.rangeOf(six ? 6 : 4)
    this.#addresses = freeAddresses(six ? IPV6_RANGES : IPV4_RANGES, usedAddresses(view), automatic)
    this.#usedPorts = new Set(view.registry.services.flatMap(({ ports }) => ports.map(({ number }) => number)))
  }

  addressFor(entry: ServiceEntryResource): string | undefined {
    if (!this.#addressOf.has(entry)) this.#addressOf.set(entry, this.#addresses.next().value)
    return this.#addressOf.get(entry)
  }

  portFor(entry: ServiceEntryResource, port: number): number | undefined {
    const known = this.#portOf.get(entry) ?? new Map<number, number | undefined>()
    this.#portOf.set(entry, known)
    if (!known.has(port)) known.set(port, this.#nextPort(port))
    return known.get(port)
  }

  #nextPort(from: number): number | undefined {
    const ports = this.#ports.get(from) ?? freePorts(from, this.#usedPorts)
    this.#ports.set(from, ports)
    const port: number | undefined = ports.next().value
    if (port !== undefined) this.#usedPorts.add(port)
    return port
  }
}

/** Created once per proxy. */
export class FixContext {
  readonly view: ProxyView
  readonly #pool: FreePool

  /** @param pool shared by the proxies of a mesh whose fixes are applied together */
  constructor(view: ProxyView, pool: FreePool = new FreePool(view)) {
    this.view = view
    this.#pool = pool
  }

  /** The ServiceEntry of a party; undefined for Services and Sidecars. */
  entryOf(party: ConflictParty): ServiceEntryResource | undefined {
    return isServiceEntry(party.resource) ? party.resource : undefined
  }

  /** The distinct entries of parties. */
  entriesOf(parties: readonly ConflictParty[]): readonly ServiceEntryResource[] {
    return [...new Set(parties.map((party) => this.entryOf(party)))].filter((entry) => entry !== undefined)
  }

  /** An unused address for an entry; undefined when there is none left. */
  freeAddress(entry: ServiceEntryResource): string | undefined {
    return this.#pool.addressFor(entry)
  }

  /** Another number for a port of an entry, higher than the port and unused in the mesh. */
  freePort(entry: ServiceEntryResource, port: number): number | undefined {
    return this.#pool.portFor(entry, port)
  }
}

/** `shop/a`, `shop/a and shop/b`, `shop/a, shop/b and 7 more`. */
export function namesOf(entries: readonly ServiceEntryResource[]): string {
  const names = entries.map(({ meta }) => nameOf(meta))
  if (names.length <= 1) return names.join('')
  if (names.length <= 3) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}
