/** Addresses by a hash of the name, Istio 1.17 to 1.24 (serviceentry/auto_allocation.go autoAllocateIPs). */
import { utf8Bytes } from '../common/bytes.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import type { Strategy, Vips } from './allocation.ts'
import { slotAllocation, takesSlot, vipsOfSlot } from './slots.ts'

const SLOTS = 256 * 254
const STEP_PRIME = 65011
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** 32 bit FNV-1a of a text's UTF-8 bytes. */
function fnv1a(text: string): number {
  let hash = FNV_OFFSET
  for (const byte of utf8Bytes(text)) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

const keyOf = (namespace: string, host: string): string => `${namespace}/${host}`

/** A free slot found by double hashing; undefined when there is none. */
function findSlot(key: string, slots: readonly (string | undefined)[]): number | undefined {
  const hash = fnv1a(key)
  const first = hash % SLOTS
  if (slots[first] === undefined) return first
  const step = STEP_PRIME - (hash % STEP_PRIME)
  // As in the reference, retries use one slot less than the first try, in 32-bit arithmetic.
  for (let i = 1; i <= SLOTS; i++) {
    const slot = ((hash + Math.imul(i, step)) >>> 0) % (SLOTS - 1)
    if (slots[slot] === undefined) return slot
  }
  return undefined
}

function fillSlots(services: readonly Service[]): (string | undefined)[] {
  const slots: (string | undefined)[] = new Array(SLOTS).fill(undefined)
  let taken = 0
  for (const service of services) {
    if (!takesSlot(service)) continue
    if (taken >= SLOTS) break
    const key = keyOf(service.namespace, service.hostname)
    const slot = findSlot(key, slots)
    if (slot === undefined) break
    slots[slot] = key
    taken++
  }
  return slots
}

/**
 * @param services in registry order, which matters only for keys that collide
 * @returns addresses by `NAMESPACE/HOST`; services beyond the 65,024 slots have none
 */
function assign(services: readonly Service[]): ReadonlyMap<string, Vips> {
  const out = new Map<string, Vips>()
  let x = 0
  for (const key of fillSlots(services)) {
    x++
    if (key === undefined) continue
    // A last octet of 255 or 0 is skipped, which shifts all later slots.
    if (x % 255 === 0) x++
    if (!out.has(key)) out.set(key, vipsOfSlot(x, true))
  }
  return out
}

export function hashedAllocation({ services }: Registry): Strategy {
  return slotAllocation({
    source: 'hashed',
    decidedBy: 'hash of NAMESPACE/HOST',
    slots: SLOTS,
    hasIpv6: true,
    vips: assign(services),
    keyOf,
    assumesOrder: () => false,
  })
}
