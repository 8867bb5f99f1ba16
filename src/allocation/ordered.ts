/** Addresses by the order of creation, Istio 1.8 to 1.16 (serviceentry/controller.go autoAllocateIPs of those versions). */
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import type { Strategy, Vips } from './allocation.ts'
import { slotAllocation, takesSlot, vipsOfSlot } from './slots.ts'

const MOST = 255 * 255
/** The numbers below that, without the last octets that are skipped. */
const SLOTS = MOST - 1 - Math.floor((MOST - 1) / 255)

type KeyOf = (entry: ServiceEntryResource, host: string) => string

const keyOfHost: KeyOf = (_, host) => host
const keyOfService: KeyOf = ({ meta }, host) => `${meta.namespace}/${meta.name}/${host}`

/**
 * @param services in registry order
 * @param keyOf tells services apart that have an address each
 * @param ipv6 whether hosts get an IPv6 address too
 * @returns addresses by key
 */
function assign(services: readonly Service[], keyOf: KeyOf, ipv6: boolean): ReadonlyMap<string, Vips> {
  const out = new Map<string, Vips>()
  let x = 0
  for (const service of services) {
    if (service.registry !== 'External' || !takesSlot(service)) continue
    const key = keyOf(service.source, service.hostname)
    if (out.has(key)) continue
    x++
    if (x % 255 === 0) x++
    if (x >= MOST) break
    out.set(key, vipsOfSlot(x, ipv6))
  }
  return out
}

export function orderedAllocation({ services, snapshot: { features } }: Registry): Strategy {
  const hasIpv6 = features.has('automatic-ipv6')
  const keyOf = features.has('address-per-host-name') ? keyOfHost : keyOfService
  return slotAllocation({
    source: 'ordered',
    decidedBy: 'order of creation',
    slots: SLOTS,
    hasIpv6,
    vips: assign(services, keyOf, hasIpv6),
    keyOf,
    assumesOrder: ({ meta }) => meta.creationTime === 0,
  })
}
