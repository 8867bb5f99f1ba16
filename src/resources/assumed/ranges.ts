/** Ranges for assumed addresses, and which of them the input does not use. */
import {
  addressBits,
  type IpFamily,
  ipFamily,
  ipValue,
  maskedValue,
  type Prefix,
  parsePrefix,
  prefixContains,
} from '../../common/addresses.ts'
import type { Snapshot } from '../snapshot.ts'

/** The address of a proxy without one, from the range for benchmarks (RFC 2544), which no mesh uses. */
export const SYNTHETIC_IP = '198.18.255.254'

/** What addresses are assumed for. */
export type Purpose = 'cluster-ips' | 'pods'

/**
 * The first range is the usual one: for benchmarks (RFC 2544) and documentation (RFC 3849), which clusters do not use.
 * The others apply if the input uses the ones before, or needs more addresses than they have: parts of the reserved
 * IPv4 range (RFC 1112) from which istiod assigns no automatic addresses, and other parts of the documentation range.
 */
const RANGES: Readonly<Record<Purpose, Readonly<Record<IpFamily, readonly string[]>>>> = {
  'cluster-ips': {
    4: ['198.18.0.0/16', '249.0.0.0/8', '251.0.0.0/8', '253.0.0.0/8'],
    6: ['2001:db8:18::/96', '2001:db8:118::/96', '2001:db8:218::/96', '2001:db8:318::/96'],
  },
  pods: {
    4: ['198.19.0.0/16', '250.0.0.0/8', '252.0.0.0/8', '254.0.0.0/8'],
    6: ['2001:db8:19::/96', '2001:db8:119::/96', '2001:db8:219::/96', '2001:db8:319::/96'],
  },
}

/** Addresses and ranges that the input states. */
export class UsedAddresses {
  /** IPv4 addresses as texts: there may be many, and the ranges end between octets, so a prefix of the text decides. */
  readonly #ipv4 = new Set([SYNTHETIC_IP])
  readonly #ipv6: Prefix[] = []
  readonly #prefixes: Prefix[] = []

  /** @param text an address or a range; anything else is ignored */
  add(text: string): void {
    if (text.includes('/')) {
      const prefix = parsePrefix(text)
      if (prefix) this.#prefixes.push(prefix)
      return
    }
    const family = ipFamily(text)
    if (family === 4) this.#ipv4.add(text)
    else if (family === 6) this.#ipv6.push({ family, value: ipValue(text) ?? 0n, bits: addressBits(6) })
  }

  /** Whether the input states an address of the range; that of synthetic proxies does not matter. */
  meets(range: Prefix, start: string): boolean {
    if (this.#prefixes.some((prefix) => overlaps(prefix, range))) return true
    if (range.family === 6) return this.#ipv6.some((address) => overlaps(address, range))
    for (const address of this.#ipv4) if (address.startsWith(start) && address !== SYNTHETIC_IP) return true
    return false
  }

  has(address: string): boolean {
    return this.#ipv4.has(address)
  }
}

function overlaps(a: Prefix, b: Prefix): boolean {
  if (a.family !== b.family) return false
  return a.bits < b.bits ? prefixContains(a, b.family, b.value) : prefixContains(b, a.family, a.value)
}

/** `198.18.` for 198.18.0.0/16: the beginning of all its addresses. */
function octetsOf(text: string, { bits }: Prefix): string {
  return `${text
    .split('.')
    .slice(0, bits / 8)
    .join('.')}.`
}

/** A range for assumed addresses. */
export interface Range {
  readonly family: IpFamily
  readonly first: bigint
  /** The number of addresses without the first and the last. */
  readonly size: number
}

/** The number of values of a 32-bit hash; a larger range would not help. */
const MOST = 2 ** 32

function rangeOf(prefix: Prefix): Range {
  const size = Math.min(2 ** (addressBits(prefix.family) - prefix.bits), MOST) - 2
  return { family: prefix.family, first: maskedValue(prefix) + 1n, size }
}

/**
 * The first range that is at least twice as large as needed and that the input does not use; otherwise the first that
 * is large enough.
 */
export function chooseRange(purpose: Purpose, family: IpFamily, count: number, used: UsedAddresses): Range {
  const candidates = RANGES[purpose][family].map((text) => {
    const prefix = parsePrefix(text) as Prefix
    return { range: rangeOf(prefix), isUsed: () => used.meets(prefix, octetsOf(text, prefix)) }
  })
  const large = candidates.filter(({ range }) => 2 * count <= range.size)
  return (large.find(({ isUsed }) => !isUsed()) ?? large[0] ?? candidates[candidates.length - 1])?.range as Range
}

/** Every address that the objects and settings of a mesh state. */
export function usedAddresses({
  clusters,
  istio,
  meshNetworks,
  features,
}: Pick<Snapshot, 'clusters' | 'istio' | 'meshNetworks' | 'features'>): UsedAddresses {
  const used = new UsedAddresses()
  const add = (texts: readonly string[]): void => {
    for (const text of texts) used.add(text)
  }
  for (const { services, pods, endpointSlices } of clusters) {
    for (const { spec, status } of services) {
      add(spec.clusterIPs)
      add(spec.externalIPs)
      for (const { ip } of status?.loadBalancer?.ingress ?? []) used.add(ip)
    }
    for (const { status } of pods) add([status.podIP, status.hostIP, ...status.podIPs.map(({ ip }) => ip)])
    for (const { spec } of endpointSlices) for (const { addresses } of spec.endpoints) add(addresses)
  }
  for (const { spec, status } of istio.serviceEntries) {
    add(spec.addresses)
    for (const { address } of spec.endpoints) used.add(address)
    for (const { value } of status.addresses) used.add(value)
  }
  for (const { spec } of istio.workloadEntries) used.add(spec.address)
  for (const { spec } of istio.sidecars) for (const { bind } of [...spec.egress, ...spec.ingress]) used.add(bind)
  for (const { spec } of istio.virtualServices) {
    for (const { match } of [...spec.tcp, ...spec.tls])
      for (const { destinationSubnets } of match) add(destinationSubnets)
  }
  for (const { endpoints, gateways } of meshNetworks.networks.values()) {
    for (const { fromCidr } of endpoints) used.add(fromCidr ?? '')
    for (const { address } of gateways) used.add(address ?? '')
  }
  add([features.ipv4Prefix, features.ipv6Prefix])
  return used
}
