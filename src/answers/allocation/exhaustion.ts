/** Hosts that were left without an automatic address because none was free. */

import type { AllocatedRegistry, HostAllocation } from '../../allocation/allocation.ts'
import { hostTakesVips, ineligible } from '../../allocation/eligibility.ts'
import { ipFamily } from '../../common/addresses.ts'
import { isWildcard } from '../../registry/service.ts'
import type { AllocationMode } from '../../resources/mesh/features.ts'

export interface Exhaustion {
  /** Hosts without an IPv4 and without an IPv6 address that ought to have one. */
  readonly ipv4: number
  readonly ipv6: number
}

const NOTHING: Exhaustion = { ipv4: 0, ipv6: 0 }

/** Whether a host would get an address if one were free. */
function mayHaveAddress({ entry, host }: HostAllocation, mode: AllocationMode): boolean {
  if (mode === 'none') return false
  if (mode === 'status') return ineligible(entry) === undefined && hostTakesVips(entry, host)
  return entry.spec.addresses.length === 0 && entry.spec.resolution !== 'NONE' && !isWildcard(host)
}

const lacks = ({ addresses }: HostAllocation, family: 4 | 6): number =>
  addresses.some((address) => ipFamily(address) === family) ? 0 : 1

/** Addresses stored in a status are taken as they are: an entry with one family there lacks nothing. */
export function exhaustionOf(registry: AllocatedRegistry): Exhaustion {
  const { mode, snapshot, ranges } = registry
  if (ranges.every(({ free }) => free > 0n)) return NOTHING
  const { hosts } = registry
  let ipv4 = 0
  let ipv6 = 0
  const { version } = snapshot.features
  const hasIpv6 = mode !== 'ordered' || version.major > 1 || version.minor >= 14
  for (const allocation of hosts) {
    if (allocation.source === 'status' || !mayHaveAddress(allocation, mode)) continue
    ipv4 += lacks(allocation, 4)
    if (hasIpv6) ipv6 += lacks(allocation, 6)
  }
  return { ipv4, ipv6 }
}
