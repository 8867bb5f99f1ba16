/** Addresses before the controller: each host has a slot, whose number makes the last digits of its addresses. */
import type { IpFamily } from '../common/addresses.ts'
import { UNSPECIFIED } from '../common/addresses.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { Service } from '../registry/service.ts'
import { isWildcard } from '../registry/service.ts'
import { DEFAULT_IPV4_PREFIX, DEFAULT_IPV6_PREFIX } from '../resources/mesh/features.ts'
import {
  type Decision,
  noAddress,
  presentVips,
  RANGE_EXHAUSTED,
  type Strategy,
  type Vips,
  WILDCARD_HOST,
} from './allocation.ts'

/** Two octets in 240.240.0.0/16 and the same digits in 2001:2::/48, which later became the controller's defaults. */
export function vipsOfSlot(slot: number, ipv6: boolean): Vips {
  const third = Math.floor(slot / 255)
  const fourth = slot % 255
  // As in the reference, the parts are not padded: 25 and 1 become 251.
  const hex = third === 0 ? fourth.toString(16) : third.toString(16) + fourth.toString(16)
  return { ipv4: `240.240.${third}.${fourth}`, ipv6: ipv6 ? `2001:2::f0f0:${hex}` : '' }
}

/** Whether a service gets a slot: it has no address, is not NONE and is not a wildcard. */
export function takesSlot(service: Service): boolean {
  return (
    service.registry === 'External' &&
    service.defaultAddress === UNSPECIFIED &&
    !isWildcard(service.hostname) &&
    service.resolution !== 'Passthrough'
  )
}

/** Why a host of an entry without addresses gets no slot; undefined when it may have one. */
function refusal({ spec }: ServiceEntryResource, host: string): string | undefined {
  if (isWildcard(host)) return WILDCARD_HOST
  if (spec.resolution === 'NONE') return 'resolution is NONE, which keeps the address that the client dialled'
  return undefined
}

/** The differences between the versions with slots. */
export interface SlotTable {
  readonly source: 'hashed' | 'ordered'
  /** What determines the slot, for messages. */
  readonly decidedBy: string
  /** The number of slots. */
  readonly slots: number
  readonly hasIpv6: boolean
  readonly vips: ReadonlyMap<string, Vips>
  /** The key of a host in `vips`. */
  keyOf(entry: ServiceEntryResource, host: string): string
  /** Whether the order that determined this entry's addresses was assumed. */
  assumesOrder(entry: ServiceEntryResource): boolean
}

export function slotAllocation(table: SlotTable): Strategy {
  const { source, vips, keyOf } = table
  const prefixes: Readonly<Record<IpFamily, string | undefined>> = {
    4: DEFAULT_IPV4_PREFIX,
    6: table.hasIpv6 ? DEFAULT_IPV6_PREFIX : undefined,
  }
  const reason = `${table.decidedBy}; for proxies with DNS_CAPTURE and DNS_AUTO_ALLOCATE`

  function decide(entry: ServiceEntryResource, host: string): Decision {
    const refused = refusal(entry, host)
    if (refused !== undefined) return noAddress(refused)
    const found = vips.get(keyOf(entry, host))
    if (!found) return noAddress(RANGE_EXHAUSTED)
    return { addresses: presentVips(found), source, reason, orderAssumed: table.assumesOrder(entry) }
  }

  return {
    manner: source,
    assigns: true,
    storesStatus: false,
    // IPv6 addresses use the same slots, so IPv4 stands for both.
    ranges: [{ family: 4, prefix: DEFAULT_IPV4_PREFIX, free: BigInt(table.slots - vips.size) }],
    rangeOf: (family) => prefixes[family],
    staleOf: () => [],
    mayHaveAddress: (entry, host) => entry.spec.addresses.length === 0 && refusal(entry, host) === undefined,
    isUsedBy: ({ dnsCapture, dnsAutoAllocate }) => dnsCapture && dnsAutoAllocate,
    basis: undefined,
    vipsOf(service) {
      if (service.registry !== 'External' || service.addressIndex >= 0 || service.resolution === 'Passthrough')
        return undefined
      return vips.get(keyOf(service.source, service.hostname))
    },
    decide,
  }
}
