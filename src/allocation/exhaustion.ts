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

/**
 * The exhausted ranges, IPv4 first. Addresses stored in a status are final: an entry with one family there is complete.
 */
export function exhaustionOf(registry: AllocatedRegistry): readonly Exhaustion[] {
  const { allocation } = registry
  if (allocation.ranges.every(({ free }) => free > 0n)) return []
  const wanting = registry.hosts.filter(
    ({ entry, host, source }) => source !== 'status' && allocation.mayHaveAddress(entry, host),
  )
  return ([4, 6] as const).flatMap((family) => {
    const prefix = allocation.rangeOf(family)
    const lacking = prefix === undefined ? 0 : wanting.filter((found) => lacks(found, family)).length
    return prefix === undefined || lacking === 0 ? [] : [{ family, prefix, hosts: lacking }]
  })
}
