/** Says that automatic addresses have run out. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { exhaustionOf } from '../answers/allocation/exhaustion.ts'
import type { Session } from '../commands/session.ts'

/** Where addresses of the two families come from before istiod takes them from prefixes that can be set. */
const FIXED_RANGES = { ipv4: '240.240.0.0/16', ipv6: '2001:2::/48' } as const

/** Warns of the hosts that got no address because none of the range was left. */
export async function warnOfExhaustion(registry: AllocatedRegistry, session: Session): Promise<void> {
  const { ipv4, ipv6 } = exhaustionOf(registry)
  const { ipv4Prefix, ipv6Prefix } = registry.snapshot.features
  const range = (own: string, fixed: string) => (registry.mode === 'status' ? own : fixed)
  if (ipv4 > 0) {
    await session.warn(`${ipv4} hosts have no IPv4 address: ${range(ipv4Prefix, FIXED_RANGES.ipv4)} is exhausted`)
  }
  if (ipv6 > 0) {
    await session.warn(`${ipv6} hosts have no IPv6 address: ${range(ipv6Prefix, FIXED_RANGES.ipv6)} is exhausted`)
  }
}
