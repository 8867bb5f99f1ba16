/** Addresses by a hash of the name, Istio 1.17 to 1.24 (serviceentry/auto_allocation.go autoAllocateIPs). */

import { fnv1a } from '../common/fnv.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import type { Features } from '../resources/mesh/features.ts'
import type { Strategy, Vips } from './allocation.ts'
import { slotAllocation, takesSlot, vipsOfSlot } from './slots.ts'

const STEP_PRIME = 65011

/** The reference tries without end; a slot that is free is found long before that. */
const MOST_TRIES = 2 ** 24
/** The first number whose third octet is 255. */
const LAST_OCTET = 255 * 255

const hashKey = (namespace: string, host: string): string => `${namespace}/${host}`

/** What the releases that hash do differently. */
interface HashRule {
  readonly slots: number
  /** How many slots the tries after the first one choose from. */
  readonly retried: number
  /** Empty slots skip the last octets 0 and 255 too. */
  readonly skipsEmpty: boolean
  /** A further slot of one key is counted. */
  readonly countsRepeated: boolean
  /** Numbers with the third octet 255 are counted from 1 on, in the order of slots. */
  readonly countsLastApart: boolean
  /** What has one address. */
  keyOf(namespace: string, host: string): string
}

function ruleOf(features: Features): HashRule {
  const even = features.has('hash-slots-65024')
  return {
    slots: even ? 256 * 254 : 255 * 255,
    retried: even ? 256 * 254 - 1 : 255 * 255,
    skipsEmpty: !even,
    countsRepeated: features.has('repeated-hosts-hold-slots'),
    countsLastApart: features.has('last-slots-counted-apart'),
    keyOf: features.has('address-per-namespace') ? hashKey : (_, host) => host,
  }
}

type Slots = readonly (Service | undefined)[]

/** A free slot found by double hashing; undefined when there is none. */
function findSlot(hash: number, filled: Slots, { slots, retried }: HashRule): number | undefined {
  const first = hash % slots
  if (filled[first] === undefined) return first
  const step = STEP_PRIME - (hash % STEP_PRIME)
  // In 32-bit arithmetic, as in the reference: the remainder leads to slots that multiples of the step alone do not.
  for (let i = 1; i <= MOST_TRIES; i++) {
    const slot = ((hash + Math.imul(i, step)) >>> 0) % retried
    if (filled[slot] === undefined) return slot
  }
  return undefined
}

function fillSlots(services: readonly Service[], rule: HashRule): Slots {
  const filled: (Service | undefined)[] = new Array(rule.slots).fill(undefined)
  let taken = 0
  for (const service of services) {
    if (!takesSlot(service)) continue
    if (taken >= rule.slots) break
    const slot = findSlot(fnv1a(hashKey(service.namespace, service.hostname)), filled, rule)
    if (slot === undefined) break
    filled[slot] = service
    taken++
  }
  return filled
}

/** Numbers the slots from 1 on. Last octets of 255 and 0 are skipped, which shifts all later slots. */
class Numbering {
  readonly #rule: HashRule
  #last = 0
  /** Numbers that were counted apart. */
  #apart = 0

  constructor(rule: HashRule) {
    this.#rule = rule
  }

  #step(skips: boolean): void {
    this.#last++
    if (skips && this.#last % 255 === 0) this.#last++
  }

  empty(): void {
    this.#step(this.#rule.skipsEmpty)
  }

  repeated(): void {
    if (this.#rule.countsRepeated) this.#step(true)
  }

  next(): number {
    const { countsLastApart } = this.#rule
    if (!countsLastApart || this.#last < LAST_OCTET) this.#step(true)
    if (!countsLastApart || this.#last < LAST_OCTET) return this.#last
    this.#apart++
    return LAST_OCTET + this.#apart
  }
}

/**
 * @param services in registry order, which matters only for keys that collide
 * @returns addresses by the key of the rule; services without a slot have none
 */
function assign(services: readonly Service[], rule: HashRule): ReadonlyMap<string, Vips> {
  const out = new Map<string, Vips>()
  const numbering = new Numbering(rule)
  for (const service of fillSlots(services, rule)) {
    if (service === undefined) {
      numbering.empty()
      continue
    }
    const key = rule.keyOf(service.namespace, service.hostname)
    if (out.has(key)) numbering.repeated()
    else out.set(key, vipsOfSlot(numbering.next(), true))
  }
  return out
}

export function hashedAllocation({ services, snapshot: { features } }: Registry): Strategy {
  const rule = ruleOf(features)
  return slotAllocation({
    source: 'hashed',
    decidedBy: features.has('address-per-namespace')
      ? 'hash of NAMESPACE/HOST'
      : 'hash of NAMESPACE/HOST, the lowest slot of the host',
    slots: rule.slots,
    hasIpv6: true,
    vips: assign(services, rule),
    keyOf: ({ meta }: ServiceEntryResource, host) => rule.keyOf(meta.namespace, host),
    assumesOrder: () => false,
  })
}
