/** The client addresses that are treated as internal (networking/util/util.go, core/listener_builder.go). */
import { type Prefix, parseRange } from '../../../common/addresses.ts'
import type { MeshNetworks } from '../../../resources/mesh/mesh-networks.ts'

function byAddress(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  return a.bits - b.bits
}

/** The prefixes of all networks, by address. */
export function internalAddresses({ networks }: MeshNetworks): readonly Prefix[] {
  return [...networks.values()]
    .flatMap((network) => network.endpoints.map(({ fromCidr }) => parseRange(fromCidr ?? '')))
    .filter((prefix) => prefix !== undefined)
    .sort(byAddress)
}
