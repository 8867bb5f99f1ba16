import type { IpFamily } from '../common/addresses.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'

/** Automatic addresses of one host, '' where a family has none. */
export interface Vips {
  readonly ipv4: string
  readonly ipv6: string
}

/** The addresses that there are, IPv4 first. */
export const presentVips = ({ ipv4, ipv6 }: Vips): readonly string[] => [ipv4, ipv6].filter((address) => address !== '')

/** Where the addresses of a host come from. */
export type VipSource =
  /** status.addresses of the entry */
  | 'status'
  /** what the controller would write */
  | 'simulated'
  | 'hashed'
  | 'ordered'
  /** spec.addresses */
  | 'own'
  | 'none'

/** What was decided for one host. */
export interface Decision {
  /** IPv4 before IPv6; an entry's own addresses as written. */
  readonly addresses: readonly string[]
  readonly source: VipSource
  /** In words: why these, or why none. */
  readonly reason: string
  /** The order in which hosts got their addresses was not stated by creation times but assumed. */
  readonly orderAssumed: boolean
}

/** The addresses of one host of one entry, with the rule that decided. */
export interface HostAllocation extends Decision {
  readonly entry: ServiceEntryResource
  readonly host: string
  readonly hostIndex: number
}

/** A prefix out of which addresses are handed out. */
export interface AddressRange {
  readonly family: IpFamily
  readonly prefix: string
  /** How many addresses are still free. */
  readonly free: bigint
}

/** What a proxy states about automatic addresses. */
export interface CaptureSettings {
  /** ISTIO_META_DNS_CAPTURE */
  readonly dnsCapture: boolean
  /** ISTIO_META_DNS_AUTO_ALLOCATE */
  readonly dnsAutoAllocate: boolean
}

/** How one istiod gives addresses to hosts that state none. Other stages ask this and never which mode it is. */
export interface Allocation {
  /** Completes the sentence "automatic addresses are ...". */
  readonly manner: string
  /** False when this istiod gives no host an automatic address. */
  readonly assigns: boolean
  /** Addresses are stored in status.addresses of the entries, for all proxies to see. */
  readonly storesStatus: boolean
  /** The ranges that can run out; empty when nothing is handed out. */
  readonly ranges: readonly AddressRange[]
  /** Where automatic addresses of a family come from, as a prefix; undefined when hosts get none of the family. */
  rangeOf(family: IpFamily): string | undefined
  /** What stays in the status of an entry that may have no automatic addresses; nothing uses it. */
  staleOf(entry: ServiceEntryResource): readonly { readonly host: string; readonly addresses: readonly string[] }[]
  /** Whether a host of an entry gets an address as long as one is free. */
  mayHaveAddress(entry: ServiceEntryResource, host: string): boolean
  /** Whether a proxy with these settings uses automatic addresses. */
  isUsedBy(proxy: CaptureSettings): boolean
}

/** One mode at work: it answers for itself and assigns the addresses. */
export interface Strategy extends Allocation {
  /** The automatic addresses of a service (or of a copy of one); undefined when it has none. */
  vipsOf(service: Service): Vips | undefined
  /** The addresses of a host of an entry that states none, in words. */
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

/** A host without an address, and why. */
export const noAddress = (reason: string): Decision => ({ addresses: [], source: 'none', reason, orderAssumed: false })

export const RANGE_EXHAUSTED = 'the allocation range has no address left'
export const WILDCARD_HOST = 'a wildcard host gets no address'
