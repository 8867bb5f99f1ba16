import { addressBits, ipText, maskedValue, parsePrefix } from '../../../../common/addresses.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { entriesWithAddresses } from '../hosts/addresses/stated.ts'

/** What a range covers besides the address that it names; undefined for a range that begins with its address. */
function hostBitsOf(text: string): string | undefined {
  const slash = text.indexOf('/')
  const prefix = slash < 0 ? undefined : parsePrefix(text)
  if (!prefix) return undefined
  const { family, bits, value } = prefix
  const first = maskedValue(prefix)
  if (value === first) return undefined
  const free = addressBits(family) - bits
  const size = free < 16 ? String(2 ** free) : `2^${free}`
  return `covers the ${size} addresses from ${ipText(family, first)}, not just ${text.slice(0, slash)}: is ${text.slice(0, slash)}/${addressBits(family)} or ${ipText(family, first)}/${bits} meant?`
}

export const addressHostBits: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const entry of entriesWithAddresses(registry.snapshot)) {
      for (const [index, address] of entry.spec.addresses.entries()) {
        const text = hostBitsOf(address)
        if (text === undefined) continue
        yield {
          message: `the range ${address} ${text}`,
          resource: entry,
          location: entry.location.child('spec', 'addresses', index),
        }
      }
    }
  },
}
