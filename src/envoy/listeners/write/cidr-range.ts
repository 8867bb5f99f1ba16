import { addressBits, canonicalIp, ipFamily, ipText, parsePrefix, UNSPECIFIED } from '../../../common/addresses.ts'
import type { CidrRange } from './resource.ts'

/**
 * Envoy's form of an address or prefix: canonical, not masked. Undefined for the unspecified address or invalid text.
 */
export function cidrRange(text: string): CidrRange | undefined {
  if (!text.includes('/')) {
    const family = ipFamily(text)
    const address = canonicalIp(text)
    if (family === 0 || address === undefined || address === UNSPECIFIED) return undefined
    return { addressPrefix: address, prefixLen: addressBits(family) }
  }
  const prefix = parsePrefix(text)
  if (!prefix) return undefined
  const addressPrefix = ipText(prefix.family, prefix.value)
  return addressPrefix === UNSPECIFIED ? undefined : { addressPrefix, prefixLen: prefix.bits }
}
