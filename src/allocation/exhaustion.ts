/** Hosts without an automatic address because the range is exhausted. */
import { type IpFamily, ipFamily } from '../common/addresses.ts'
import type { AllocatedRegistry, HostAllocation } from './allocation.ts'

/** An exhausted range. */
export interface Exhaustion {
  readonly family: IpFamily
  readonly prefix: string
  /** How many hosts lack an address of the family; at least 1. */
  readonly hosts: number
}

const lacks = ({ addresses }: HostAllocation, family: IpFamily): boolean =>
  !addresses.some((address) => ipFamily(address) === family)

/** A host that should have an address of a family. */
export interface HostWithoutAddress {
  readonly entry: HostAllocation['entry']
  readonly host: string
  readonly hostIndex: number
  readonly family: IpFamily
  /** The exhausted range. */
  readonly prefix: string
}

/**
 * The hosts for which the exhausted ranges have no address, IPv4 first. Addresses stored in a status are final: an entry
 * with one family there is complete.
 */
export function hostsWithoutAddress(registry: AllocatedRegistry): readonly HostWithoutAddress[] {
  const { allocation } = registry
  if (allocation.ranges.every(({ free }) => free > 0n)) return []
  const wanting = registry.hosts.filter(
    ({ entry, host, source }) => source !== 'status' && allocation.mayHaveAddress(entry, host),
  )
  return ([4, 6] as const).flatMap((family) => {
    const prefix = allocation.rangeOf(family)
    if (prefix === undefined) return []
    return wanting
      .filter((found) => lacks(found, family))
      .map(({ entry, host, hostIndex }) => ({ entry, host, hostIndex, family, prefix }))
  })
}

/** The warning about an exhausted range. */
export const exhaustionText = ({ hosts, family, prefix }: Exhaustion): string =>
  `${hosts} hosts have no IPv${family} address: ${prefix} is exhausted`

/** The exhausted ranges, IPv4 first. */
export function exhaustionOf(registry: AllocatedRegistry): readonly Exhaustion[] {
  const out = new Map<IpFamily, Exhaustion>()
  for (const { family, prefix } of hostsWithoutAddress(registry)) {
    out.set(family, { family, prefix, hosts: (out.get(family)?.hosts ?? 0) + 1 })
  }
  return [...out.values()]
}
