/**
 * IP addresses and prefixes. They are parsed as Go's netip does: no leading zeros, and an IPv6 address may have a
 * zone. `ipaddr.js` also reads `010.0.0.1` and `0x7f.1`, so it only sees what `ip-syntax.ts` accepts.
 */
import ipaddr from 'ipaddr.js'
import { isIPv4, isIPv6 } from './ip-syntax.ts'

export type IpFamily = 4 | 6

/** The unspecified IPv4 address: no address, or all of them. */
export const UNSPECIFIED = '0.0.0.0'
export const UNSPECIFIED_IPV6 = '::'
/** The prefix of a Unix domain socket's address. */
export const UNIX_PREFIX = 'unix://'

export interface Prefix {
  readonly family: IpFamily
  /** The address before the slash, host bits included. */
  readonly value: bigint
  readonly bits: number
}

/** 4, 6, or 0 when the text is not an IP address. */
export function ipFamily(text: string): IpFamily | 0 {
  if (isIPv4(text)) return 4
  return isIPv6(text) ? 6 : 0
}

const withoutZone = (text: string): string => {
  const percent = text.indexOf('%')
  return percent < 0 ? text : text.slice(0, percent)
}

/** The address as a number; undefined when the text is not an IP address. */
export function ipValue(text: string): bigint | undefined {
  if (ipFamily(text) === 0) return undefined
  let value = 0n
  for (const byte of ipaddr.parse(withoutZone(text)).toByteArray()) value = (value << 8n) | BigInt(byte)
  return value
}

const ipv4Text = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`

const IPV4_MAPPED = 0xffffn << 32n
const GROUPS = 8

/** The first of the longest runs of at least two zero groups. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 1 }
  let start = 0
  for (let index = 0; index < groups.length; index++) {
    if (groups[index] !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}

function groupsText(groups: readonly number[], from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index++) text += (index > from ? ':' : '') + (groups[index] as number).toString(16)
  return text
}

function ipv6Text(value: bigint): string {
  if ((value >> 32n) << 32n === IPV4_MAPPED) return `::ffff:${ipv4Text(Number(value & 0xffffffffn))}`
  const groups: number[] = []
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const pair = Number((value >> shift) & 0xffffffffn)
    groups.push(pair >>> 16, pair & 0xffff)
  }
  const { start, length } = longestZeros(groups)
  if (length < 2) return groupsText(groups, 0, GROUPS)
  return `${groupsText(groups, 0, start)}::${groupsText(groups, start + length, GROUPS)}`
}

/**
 * Canonical text of an address (RFC 5952, with IPv4-mapped addresses as `::ffff:1.2.3.4`). Hand-written for speed: a
 * large mesh has a hundred thousand automatic addresses.
 */
export function ipText(family: IpFamily, value: bigint): string {
  return family === 4 ? ipv4Text(Number(value)) : ipv6Text(value)
}

/** An IP in canonical text; undefined when the text is not an IP. */
export function canonicalIp(text: string): string | undefined {
  const family = ipFamily(text)
  if (family === 0) return undefined
  return family === 4 ? text : ipText(6, ipValue(text) as bigint)
}

const BITS = /^(0|[1-9][0-9]{0,2})$/

/** Parses `address/bits`, without a zone; undefined when the text is not a prefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0 || text.includes('%')) return undefined
  const address = text.slice(0, slash)
  const bits = text.slice(slash + 1)
  const family = ipFamily(address)
  if (family === 0 || !BITS.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return undefined
  return { family, value: ipValue(address) as bigint, bits: Number(bits) }
}

/** An address, which is a prefix of all its bits, or a prefix; undefined when the text is neither. */
export function parseRange(text: string): Prefix | undefined {
  const family = ipFamily(text)
  if (family === 0) return parsePrefix(text)
  return { family, value: ipValue(text) as bigint, bits: addressBits(family) }
}

export const addressBits = (family: IpFamily): number => (family === 4 ? 32 : 128)

/** The first address of a prefix. */
export function maskedValue(prefix: Prefix): bigint {
  const host = BigInt(addressBits(prefix.family) - prefix.bits)
  return (prefix.value >> host) << host
}

export function prefixContains(prefix: Prefix, family: IpFamily, value: bigint): boolean {
  if (prefix.family !== family) return false
  const host = BigInt(addressBits(family) - prefix.bits)
  return prefix.value >> host === value >> host
}

/**
 * Whether an address or a prefix is, or contains, an address.
 * @param stated an address or a prefix
 * @param address an IP
 */
export function coversAddress(stated: string, address: string): boolean {
  const prefix = parsePrefix(stated)
  const family = ipFamily(address)
  if (!prefix || family === 0) return canonicalIp(stated) === canonicalIp(address)
  return prefixContains(prefix, family, ipValue(address) as bigint)
}

/** The family of an address or a prefix; 0 for neither. */
export function addressFamily(text: string): IpFamily | 0 {
  const slash = text.indexOf('/')
  return ipFamily(slash < 0 ? text : text.slice(0, slash))
}
