/**
 * What is an IP address, exactly as Node's `net.isIP` decides it: decimal octets without leading zeros, at most one
 * `::`, an IPv4 address only at the end of an IPv6 address, and a zone only after an IPv6 address.
 */

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const HEX_GROUPS = /^[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*$/
const ZONE = /^[0-9a-zA-Z.:-]+$/

const GROUPS = 8
const GROUPS_OF_IPV4 = 2

function countColons(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count++
  return count
}

/** How many groups of 16 bits a part of an IPv6 address has; NaN when the part is invalid. */
function hexGroups(part: string): number {
  if (part === '') return 0
  return HEX_GROUPS.test(part) ? countColons(part) + 1 : Number.NaN
}

/** As `hexGroups`, for the last part, which may end in an IPv4 address. */
function lastGroups(part: string): number {
  if (!part.includes('.')) return hexGroups(part)
  const colon = part.lastIndexOf(':')
  if (!IPV4.test(part.slice(colon + 1))) return Number.NaN
  return (colon < 0 ? 0 : hexGroups(part.slice(0, colon)) || Number.NaN) + GROUPS_OF_IPV4
}

export const isIPv4 = (text: string): boolean => IPV4.test(text)

/** Accepts a zone: `fe80::1%eth0`. */
export function isIPv6(text: string): boolean {
  if (!text.includes(':')) return false
  const percent = text.indexOf('%')
  if (percent >= 0 && !ZONE.test(text.slice(percent + 1))) return false
  const address = percent < 0 ? text : text.slice(0, percent)
  const gap = address.indexOf('::')
  if (gap < 0) return lastGroups(address) === GROUPS
  // `::` stands for at least one group.
  return hexGroups(address.slice(0, gap)) + lastGroups(address.slice(gap + 2)) < GROUPS
}
