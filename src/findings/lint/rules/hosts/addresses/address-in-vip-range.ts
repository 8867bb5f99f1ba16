import type { Allocation } from '../../../../../allocation/allocation.ts'
import {
  addressBits,
  ipFamily,
  ipValue,
  type Prefix,
  parsePrefix,
  prefixContains,
} from '../../../../../common/addresses.ts'
import type { MeshRule } from '../../../rule.ts'
import { entriesWithAddresses } from './stated.ts'

interface Range extends Prefix {
  readonly text: string
  /** A text prefix of all its IPv4 addresses, to skip others without arithmetic; '' if there is none. */
  readonly start: string
}

function rangesOf(allocation: Allocation): readonly Range[] {
  return ([4, 6] as const).flatMap((family) => {
    const text = allocation.rangeOf(family) ?? ''
    const prefix = parsePrefix(text)
    const start = prefix?.family === 4 && prefix.bits >= 8 ? text.slice(0, text.indexOf('.') + 1) : ''
    return prefix ? [{ ...prefix, text, start }] : []
  })
}

/** Single addresses only; for prefixes there are other rules. */
function isInside(address: string, range: Range): boolean {
  if (range.family === 6 ? !address.includes(':') : !address.startsWith(range.start)) return false
  const prefix = address.includes('/') ? parsePrefix(address) : undefined
  if (prefix) return prefix.bits === addressBits(prefix.family) && prefixContains(range, prefix.family, prefix.value)
  const family = ipFamily(address)
  return family === range.family && prefixContains(range, family, ipValue(address) ?? 0n)
}

export const addressInVipRange: MeshRule = {
  *checkMesh({ registry }) {
    const { allocation, snapshot } = registry
    const ranges = rangesOf(allocation)
    const follows = allocation.storesStatus
      ? 'the host that has it now gets another one'
      : 'another host may have the same address'
    for (const entry of entriesWithAddresses(snapshot)) {
      for (const [index, address] of entry.spec.addresses.entries()) {
        const range = ranges.find((candidate) => isInside(address, candidate))
        if (!range) continue
        yield {
          message: `address ${address} is in ${range.text}, from which istiod takes automatic addresses: ${follows}`,
          resource: entry,
          location: entry.location.child('spec', 'addresses', index),
        }
      }
    }
  },
}
