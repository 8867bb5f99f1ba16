/** Which address of a service a proxy uses (pilot/pkg/model/service.go getAllAddressesForProxy, GetAddressForProxy). */

import { type AllocatedRegistry, presentVips, type Vips } from '../allocation/allocation.ts'
import { addressFamily, UNSPECIFIED } from '../common/addresses.ts'
import { keepingEach } from '../common/memory.ts'
import type { IpMode, Proxy } from '../proxy/proxy.ts'
import type { Service } from '../registry/service.ts'

const NONE: readonly string[] = []

/** The services of an egress listener. */
interface ServiceList {
  readonly index: number
  readonly services: readonly Service[]
}

export interface AddressBook {
  readonly usesVips: boolean
  addressesOf(service: Service): readonly string[]
  /** The same for each service of an egress listener. */
  addressesOfEach(listener: ServiceList): readonly (readonly string[])[]
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
export function filterFamilies(
  addresses: readonly string[],
  proxy: Pick<Proxy, 'ipMode'>,
  byFirst: boolean,
): readonly string[] {
  const [first] = addresses
  if (first === undefined) return NONE
  const { ipMode } = proxy
  const wanted = ipMode === 'Dual' ? familyOfDual(addresses, first, byFirst) : ipMode === 'IPv6' ? 6 : 4
  if (addresses.length === 1) return addressFamily(first) === wanted ? addresses : NONE
  return addresses.filter((address) => addressFamily(address) === wanted)
}

/** What decides, besides a service and its automatic addresses, which addresses a proxy uses. */
interface AddressRules {
  readonly clusterId: string
  readonly ipMode: IpMode
  readonly usesVips: boolean
  readonly ownFamilyOnly: boolean
  readonly byFirst: boolean
  readonly bothFamilies: boolean
}

/** Each automatic address is of its family, so its text need not be read: a large mesh has a hundred thousand. */
function usableVips(vips: Vips, { ipMode, bothFamilies }: AddressRules): readonly string[] {
  if (bothFamilies) return presentVips(vips)
  const ofDual = vips.ipv4 || vips.ipv6
  const address = ipMode === 'Dual' ? ofDual : ipMode === 'IPv6' ? vips.ipv6 : vips.ipv4
  return address === '' ? NONE : [address]
}

/** @param automatic undefined if the proxy does not use automatic addresses, or if there are none */
function allAddresses(service: Service, automatic: Vips | undefined, rules: AddressRules): readonly string[] {
  const { clusterId, ownFamilyOnly, byFirst, bothFamilies } = rules
  const stated = service.clusterVIPs.get(clusterId) ?? NONE
  const usableStated = bothFamilies ? stated : filterFamilies(stated, rules, byFirst)
  const usable = stated.length > 0 || !automatic ? usableStated : usableVips(automatic, rules)
  if (usable.length > 0) return usable
  // A Service of other clusters only has addresses of its family; an entry's own address is used whatever its family.
  return service.clusterVIPs.size > 0 && ownFamilyOnly
    ? filterFamilies([service.defaultAddress], rules, byFirst)
    : [service.defaultAddress]
}

const addressesOfEach = keepingEach(allAddresses)

/** The basis of a proxy that uses no automatic addresses. */
const WITHOUT_VIPS = {}

export function addressBook(registry: AllocatedRegistry, proxy: Proxy): AddressBook {
  const { features, memory } = registry.snapshot
  const { clusterId, ipMode } = proxy
  const usesVips = registry.allocation.isUsedBy(proxy)
  const byFirst = features.has('family-of-first-address')
  const rules: AddressRules = {
    clusterId,
    ipMode,
    usesVips,
    ownFamilyOnly: features.has('own-family-names'),
    byFirst,
    bothFamilies: features.dualStack && ipMode === 'Dual',
  }
  const kept = memory?.unlessChanged(`addresses of ${proxy.id}`, rules) ?? rules
  const automaticOf = (service: Service): Vips | undefined => (usesVips ? registry.vipsOf(service) : undefined)

  function automaticAddress(service: Service): string {
    const vips = registry.vipsOf(service)
    if (vips?.ipv4 && ipMode !== 'IPv6') return vips.ipv4
    return vips?.ipv6 && ipMode !== 'IPv4' ? vips.ipv6 : ''
  }

  function addressOf(service: Service): string {
    const [own] = filterFamilies(service.clusterVIPs.get(clusterId) ?? NONE, proxy, byFirst)
    if (own !== undefined) return own
    if (!usesVips || service.defaultAddress !== UNSPECIFIED) return service.defaultAddress
    return automaticAddress(service) || service.defaultAddress
  }

  return {
    usesVips,
    addressesOf: (service) => allAddresses(service, automaticOf(service), rules),
    addressesOfEach({ index, services }) {
      const name = `${proxy.id} ${index}`
      const basis = usesVips ? registry.allocation.basis : WITHOUT_VIPS
      if (!memory || !basis) return addressesOfEach(memory, name, services, services.map(automaticOf), kept)
      const compute = (service: Service) => allAddresses(service, automaticOf(service), rules)
      return memory.recallEach(allAddresses, name, services, [], [kept, basis], compute)
    },
    addressOf,
  }
}
