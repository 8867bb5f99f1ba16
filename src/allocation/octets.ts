import type { Vips } from './allocation.ts'

/** Where those are. IPv6 addresses have the digits of IPv4 ones, so that these run out first. */
export const SLOTS_PREFIX = '240.240.0.0/16'

/** Automatic addresses before the controller: two octets in 240.240.0.0/16 and the same digits in 2001:2::/48. */
export function vipsOfSlot(slot: number, ipv6: boolean): Vips {
  const third = Math.floor(slot / 255)
  const fourth = slot % 255
  // No padding between the parts: 25 and 1 read as 251, in the reference too.
  const hex = third === 0 ? fourth.toString(16) : third.toString(16) + fourth.toString(16)
  return { ipv4: `240.240.${third}.${fourth}`, ipv6: ipv6 ? `2001:2::f0f0:${hex}` : '' }
}
