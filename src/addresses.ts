/**
 * IP addresses and prefixes; every stage may import this. Texts are taken as Go's netip takes them: no leading zeros, an
 * IPv6 address may carry a zone. `ipaddr.js` also reads `010.0.0.1` and `0x7f.1`, so it only sees what `net.isIP` let in.
 */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type IpFamily = 4 | 6

export interface Prefix {
  readonly family: IpFamily
  /** The address before the slash, host bits included. */
  readonly value: bigint
  readonly bits: number
}

/** 4, 6, or 0 when the text is no IP address. */
export function ipFamily(text: string): IpFamily | 0 {
  return isIP(text) as IpFamily | 0
}

const withoutZone = (text: string): string => {
  const percent = text.indexOf('%')
  return percent < 0 ? text : text.slice(0, percent)
}

/** The address as a number; undefined when the text is no IP address. */
export function ipValue(text: string): bigint | undefined {
  if (isIP(text) === 0) return undefined
  let value = 0n
  for (const byte of ipaddr.parse(withoutZone(text)).toByteArray()) value = (value << 8n) | BigInt(byte)
  return value
}

/** Canonical text of an address (RFC 5952, with IPv4-mapped addresses as `::ffff:1.2.3.4`). */
export function ipText(family: IpFamily, value: bigint): string {
  const bytes: number[] = []
  for (let shift = family === 4 ? 24n : 120n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 0xffn))
  const address = ipaddr.fromByteArray(bytes)
  if (address instanceof ipaddr.IPv6) {
    return address.isIPv4MappedAddress() ? `::ffff:${address.toIPv4Address()}` : address.toRFC5952String()
  }
  return address.toString()
}

/** An IP in canonical text; undefined when it is none. */
export function canonicalIp(text: string): string | undefined {
  const family = ipFamily(text)
  if (family === 0) return undefined
  return family === 4 ? text : ipText(6, ipValue(text) as bigint)
}

const BITS = /^(0|[1-9][0-9]{0,2})$/

/** `address/bits` without a zone; undefined when it is none. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0 || text.includes('%')) return undefined
  const address = text.slice(0, slash)
  const bits = text.slice(slash + 1)
  const family = ipFamily(address)
  if (family === 0 || !BITS.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return undefined
  return { family, value: ipValue(address) as bigint, bits: Number(bits) }
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

/** The family of an address or a prefix; 0 for neither. */
export function addressFamily(text: string): IpFamily | 0 {
  const slash = text.indexOf('/')
  return ipFamily(slash < 0 ? text : text.slice(0, slash))
}
