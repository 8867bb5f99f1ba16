import type { IpFamily } from '../common/addresses.ts'
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import type { ServiceEntryResource } from '../resources/kinds.ts'
import type { AllocationMode } from '../resources/mesh/features.ts'

/** Automatic addresses of one host, '' where a family has none. */
export interface Vips {
  readonly ipv4: string
  readonly ipv6: string
}

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

/** The addresses of one host of one entry, with the rule that decided. */
export interface HostAllocation {
  readonly entry: ServiceEntryResource
  readonly host: string
  readonly hostIndex: number
  /** IPv4 before IPv6; an entry's own addresses as written. */
  readonly addresses: readonly string[]
  readonly source: VipSource
  /** In words: why these, or why none. */
  readonly reason: string
  /** The order in which hosts got their addresses was not stated by creation times but assumed. */
  readonly orderAssumed: boolean
}

/** A prefix out of which addresses are handed out. */
export interface AddressRange {
  readonly family: IpFamily
  readonly prefix: string
  /** How many addresses nobody has yet. */
  readonly free: bigint
}

/** The registry with its automatic addresses; the registry itself is unchanged. */
export interface AllocatedRegistry extends Registry {
  readonly mode: AllocationMode
  /** Entries in input order, hosts as written. */
  readonly hosts: readonly HostAllocation[]
  readonly ranges: readonly AddressRange[]
  /** The automatic addresses of a service (or of a copy of one); undefined when it has none. */
  vipsOf(service: Service): Vips | undefined
}
