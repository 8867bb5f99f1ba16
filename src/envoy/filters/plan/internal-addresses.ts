/** The client addresses that are treated as internal (networking/util/util.go, core/listener_builder.go). */
import { addressBits, ipFamily, ipValue, type Prefix, parsePrefix } from '../../../common/addresses.ts'
import type { MeshNetworks } from '../../../resources/mesh/mesh-networks.ts'

function prefixOf(text: string): Prefix | undefined {
  const family = ipFamily(text)
  if (family === 0) return parsePrefix(text)
  return { family, value: ipValue(text) ?? 0n, bits: addressBits(family) }
}

function byAddress(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  return a.bits - b.bits
}

/** The prefixes of all networks, by address. */
export function internalAddresses({ networks }: MeshNetworks): readonly Prefix[] {
  return [...networks.values()]
    .flatMap((network) => network.endpoints.map(({ fromCidr }) => prefixOf(fromCidr ?? '')))
    .filter((prefix) => prefix !== undefined)
    .sort(byAddress)
}
