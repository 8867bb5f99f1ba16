/** Addresses by the order of creation, Istio 1.8 to 1.16 (serviceentry/controller.go autoAllocateIPs of those versions). */
import type { Service } from '../registry/service.ts'
import { atLeast, type IstioVersion } from '../resources/mesh/features.ts'
import type { Vips } from './allocation.ts'
import { takesHashedAddress } from './hashed.ts'
import { vipsOfSlot } from './octets.ts'

const MOST = 255 * 255
/** Below that, without the last octets that are skipped. */
export const ORDERED_SLOTS = MOST - 1 - Math.floor((MOST - 1) / 255)

/**
 * @param services in the order of the registry
 * @returns addresses by host name: namespaces do not matter
 */
export function allocateOrdered(services: readonly Service[], version: IstioVersion): ReadonlyMap<string, Vips> {
  const ipv6 = atLeast(version, 1, 14)
  const out = new Map<string, Vips>()
  let x = 0
  for (const service of services) {
    if (!takesHashedAddress(service) || out.has(service.hostname)) continue
    x++
    if (x % 255 === 0) x++
    if (x >= MOST) break
    out.set(service.hostname, vipsOfSlot(x, ipv6))
  }
  return out
}
