/** Addresses by the order of creation, Istio 1.8 to 1.16 (serviceentry/controller.go autoAllocateIPs of those versions). */
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import type { Strategy, Vips } from './allocation.ts'
import { slotAllocation, takesSlot, vipsOfSlot } from './slots.ts'

const MOST = 255 * 255
/** The numbers below that, without the last octets that are skipped. */
const SLOTS = MOST - 1 - Math.floor((MOST - 1) / 255)

/**
 * @param services in registry order
 * @param ipv6 whether hosts get an IPv6 address too
 * @returns addresses by host name, whatever the namespace
 */
function assign(services: readonly Service[], ipv6: boolean): ReadonlyMap<string, Vips> {
  const out = new Map<string, Vips>()
  let x = 0
  for (const service of services) {
    if (!takesSlot(service) || out.has(service.hostname)) continue
    x++
    if (x % 255 === 0) x++
    if (x >= MOST) break
    out.set(service.hostname, vipsOfSlot(x, ipv6))
  }
  return out
}

export function orderedAllocation({ services, snapshot }: Registry): Strategy {
  const hasIpv6 = snapshot.features.has('automatic-ipv6')
  return slotAllocation({
    source: 'ordered',
    decidedBy: 'order of creation',
    slots: SLOTS,
    hasIpv6,
    vips: assign(services, hasIpv6),
    keyOf: (_, host) => host,
    assumesOrder: ({ meta }) => meta.creationTime === 0,
  })
}
