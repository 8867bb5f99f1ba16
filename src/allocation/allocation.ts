import type { IpFamily } from '../common/addresses.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'

/** An automatic address of a host, as in `status.addresses` of its entry. */
export interface StoredAddress {
  readonly host: string
  readonly value: string
}

/** Addresses by entry. */
export type GivenAddresses = ReadonlyMap<ServiceEntryResource, readonly StoredAddress[]>

/** Automatic addresses of one host; '' for a family without one. */
export interface Vips {
  readonly ipv4: string
  readonly ipv6: string
}

/** The assigned addresses, IPv4 first. */
export const presentVips = ({ ipv4, ipv6 }: Vips): readonly string[] => [ipv4, ipv6].filter((address) => address !== '')

/** The origin of a host's addresses. */
export type VipSource =
  /** status.addresses of the entry */
  | 'status'
  /** as the controller would assign it */
  | 'simulated'
  | 'hashed'
  | 'ordered'
  /** spec.addresses */
  | 'own'
  | 'none'

/** The decision for one host. */
export interface Decision {
  /** IPv4 before IPv6; an entry's own addresses in their order. */
  readonly addresses: readonly string[]
  readonly source: VipSource
  /** Why the host has these addresses or none. */
  readonly reason: string
  /** The order in which hosts got their addresses was assumed, because creation times do not decide it. */
  readonly orderAssumed: boolean
}

/** The addresses of one host of one entry, with the rule that applied. */
export interface HostAllocation extends Decision {
  readonly entry: ServiceEntryResource
  readonly host: string
  readonly hostIndex: number
}

/** A prefix from which addresses are assigned. */
export interface AddressRange {
  readonly family: IpFamily
  readonly prefix: string
  /** How many addresses are still free. */
  readonly free: bigint
}

/** A proxy's settings for automatic addresses. */
export interface CaptureSettings {
  /** ISTIO_META_DNS_CAPTURE */
  readonly dnsCapture: boolean
  /** ISTIO_META_DNS_AUTO_ALLOCATE */
  readonly dnsAutoAllocate: boolean
}

/** How one istiod assigns addresses to hosts without one. Other stages ask this instead of comparing modes. */
export interface Allocation {
  /** Completes the sentence "automatic addresses are ...". */
  readonly manner: string
  /** Whether this istiod assigns automatic addresses at all. */
  readonly assigns: boolean
  /** Whether addresses are stored in status.addresses of the entries, where all proxies see them. */
  readonly storesStatus: boolean
  /** The ranges that can run out; empty when no addresses are assigned. */
  readonly ranges: readonly AddressRange[]
  /** The prefix of a family's automatic addresses; undefined when hosts get none of that family. */
  rangeOf(family: IpFamily): string | undefined
  /** Addresses left in the status of an entry that may not have automatic ones; they are not used. */
  staleOf(entry: ServiceEntryResource): readonly { readonly host: string; readonly addresses: readonly string[] }[]
  /** Whether a host of an entry gets an address if one is free. */
  mayHaveAddress(entry: ServiceEntryResource, host: string): boolean
  /** Whether a proxy with these settings uses automatic addresses. */
  isUsedBy(proxy: CaptureSettings): boolean
  /**
   * While this is the same object, the same services have the same automatic addresses. Undefined if that is not known,
   * as without a memory.
   */
  readonly basis: object | undefined
}

/** An allocation mode: assigns the addresses and explains them. */
export interface Strategy extends Allocation {
  /** The automatic addresses of a service (or of a copy of one); undefined when it has none. */
  vipsOf(service: Service): Vips | undefined
  /** The decision for a host of an entry without its own addresses. */
  decide(entry: ServiceEntryResource, host: string): Decision
}

/** The registry with its automatic addresses; the registry itself is unchanged. */
export interface AllocatedRegistry extends Registry {
  readonly allocation: Allocation
  /** Entries in input order, hosts as written. */
  readonly hosts: readonly HostAllocation[]
  /** The automatic addresses of a service (or of a copy of one); undefined when it has none. */
  vipsOf(service: Service): Vips | undefined
}

const NO_ADDRESSES: readonly string[] = []

/** A host without an address, and why. */
export const noAddress = (reason: string): Decision => ({
  addresses: NO_ADDRESSES,
  source: 'none',
  reason,
  orderAssumed: false,
})

export const RANGE_EXHAUSTED = 'the allocation range has no address left'
export const WILDCARD_HOST = 'a wildcard host gets no address'
