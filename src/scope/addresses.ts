/** Which address of a service a proxy uses (pilot/pkg/model/service.go getAllAddressesForProxy, GetAddressForProxy). */

import { type AllocatedRegistry, presentVips } from '../allocation/allocation.ts'
import { addressFamily, UNSPECIFIED } from '../common/addresses.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Service } from '../registry/service.ts'

const NONE: readonly string[] = []

export interface AddressBook {
  readonly usesVips: boolean
  addressesOf(service: Service): readonly string[]
  addressOf(service: Service): string
}

function familyOfDual(addresses: readonly string[], first: string, byFirst: boolean): 4 | 6 {
  if (byFirst) return addressFamily(first) === 6 ? 6 : 4
  return addresses.some((address) => addressFamily(address) === 4) ? 4 : 6
}

/**
 * Keeps the addresses of the proxy's family; a dual-stack proxy uses one family.
 * @param byFirst whether that is the first address's family; otherwise IPv4 is preferred
 */
export function filterFamilies(addresses: readonly string[], proxy: Proxy, byFirst: boolean): readonly string[] {
  const [first] = addresses
  if (first === undefined) return NONE
  const { ipMode } = proxy
  const wanted = ipMode === 'Dual' ? familyOfDual(addresses, first, byFirst) : ipMode === 'IPv6' ? 6 : 4
  if (addresses.length === 1) return addressFamily(first) === wanted ? addresses : NONE
  return addresses.filter((address) => addressFamily(address) === wanted)
}

export function addressBook(registry: AllocatedRegistry, proxy: Proxy): AddressBook {
  const usesVips = registry.allocation.isUsedBy(proxy)
  const ownFamilyOnly = registry.snapshot.features.has('own-family-names')
  const byFirst = registry.snapshot.features.has('family-of-first-address')
  const bothFamilies = registry.snapshot.features.dualStack && proxy.ipMode === 'Dual'

  function candidates(service: Service): readonly string[] {
    const vips = service.clusterVIPs.get(proxy.clusterId) ?? NONE
    if (vips.length > 0 || !usesVips) return vips
    const automatic = registry.vipsOf(service)
    return automatic ? presentVips(automatic) : NONE
  }

  function addressesOf(service: Service): readonly string[] {
    const all = candidates(service)
    const usable = bothFamilies ? all : filterFamilies(all, proxy, byFirst)
    if (usable.length > 0) return usable
    // A Service of other clusters only has addresses of its family; an entry's own address is used whatever its family.
    return service.clusterVIPs.size > 0 && ownFamilyOnly
      ? filterFamilies([service.defaultAddress], proxy, byFirst)
      : [service.defaultAddress]
  }

  function automaticAddress(service: Service): string {
    const vips = registry.vipsOf(service)
    if (vips?.ipv4 && proxy.ipMode !== 'IPv6') return vips.ipv4
    return vips?.ipv6 && proxy.ipMode !== 'IPv4' ? vips.ipv6 : ''
  }

  function addressOf(service: Service): string {
    const [own] = filterFamilies(service.clusterVIPs.get(proxy.clusterId) ?? NONE, proxy, byFirst)
    if (own !== undefined) return own
    if (!usesVips || service.defaultAddress !== UNSPECIFIED) return service.defaultAddress
    return automaticAddress(service) || service.defaultAddress
  }

  return { usesVips, addressesOf, addressOf }
}
