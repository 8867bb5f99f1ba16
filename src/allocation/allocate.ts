/** Gives hosts without an address their automatic ones, by the rule of the Istio version. */
import type { Registry } from '../registry/registry.ts'
import type { Service } from '../registry/service.ts'
import { isWildcard } from '../registry/service.ts'
import type { ServiceEntryResource } from '../resources/kinds.ts'
import type { AllocationMode } from '../resources/mesh/features.ts'
import type { AddressRange, AllocatedRegistry, HostAllocation, VipSource, Vips } from './allocation.ts'
import { hostTakesVips, ineligible } from './eligibility.ts'
import { allocateHashed, SLOTS } from './hashed.ts'
import { SLOTS_PREFIX } from './octets.ts'
import { allocateOrdered, ORDERED_SLOTS } from './ordered.ts'
import { allocateByStatus, type HostAddresses, type StatusAllocation, vipsOfAddresses } from './status.ts'

interface Decision {
  readonly addresses: readonly string[]
  readonly source: VipSource
  readonly reason: string
  readonly orderAssumed: boolean
}

/** What one mode decides: the addresses of a service, and in words those of each host. */
interface Allocator {
  readonly ranges: readonly AddressRange[]
  vipsOf(service: Service): Vips | undefined
  decide(entry: ServiceEntryResource, host: string): Decision
}

const none = (reason: string): Decision => ({ addresses: [], source: 'none', reason, orderAssumed: false })

const addressesOf = (vips: Vips): readonly string[] => [vips.ipv4, vips.ipv6].filter((address) => address !== '')

function statusDecision(found: HostAddresses, displaced: boolean, assumed: boolean): Decision {
  const { addresses, stored } = found
  if (addresses.length === 0) return none('the allocation range has no address left')
  if (stored) return { addresses, source: 'status', reason: 'stored in status.addresses', orderAssumed: false }
  const why = displaced
    ? 'the stored address belongs to another entry; next free one, as the controller would assign it'
    : 'next free address, as the controller would assign it'
  const order = assumed ? ' (order assumed)' : ' (by creation time)'
  return { addresses, source: 'simulated', reason: why + order, orderAssumed: assumed }
}

function statusReason(entry: ServiceEntryResource, host: string): string {
  return ineligible(entry) ?? (isWildcard(host) ? 'a wildcard host gets no address' : 'the host is listed twice')
}

/** Creation times that tie leave the order to namespace and name. */
function tiedCreationTimes(allocation: StatusAllocation): ReadonlySet<number> {
  const seen = new Set<number>()
  const tied = new Set<number>()
  for (const [entry, hosts] of allocation.byEntry) {
    if (hosts.every((host) => host.stored)) continue
    const { creationTime } = entry.meta
    if (seen.has(creationTime)) tied.add(creationTime)
    seen.add(creationTime)
  }
  return tied
}

/** Most entries have a few hosts, for which an index costs more than it saves. */
const FEW_HOSTS = 16

function hostFinder({ byEntry }: StatusAllocation) {
  const indexes = new Map<ServiceEntryResource, ReadonlyMap<string, HostAddresses>>()
  return (entry: ServiceEntryResource, host: string): HostAddresses | undefined => {
    const hosts = byEntry.get(entry) ?? []
    if (hosts.length <= FEW_HOSTS) return hosts.find((candidate) => candidate.host === host)
    const index = indexes.get(entry) ?? new Map(hosts.map((candidate) => [candidate.host, candidate]))
    indexes.set(entry, index)
    return index.get(host)
  }
}

function statusAllocator(registry: Registry): Allocator {
  const { istio, features } = registry.snapshot
  const allocation = allocateByStatus(istio.serviceEntries, features)
  const tied = tiedCreationTimes(allocation)
  const find = hostFinder(allocation)
  return {
    ranges: allocation.pools,
    vipsOf(service) {
      if (service.registry !== 'External') return undefined
      const found = find(service.source as ServiceEntryResource, service.hostname)
      return found && vipsOfAddresses(found.addresses)
    },
    decide(entry, host) {
      const found = find(entry, host)
      if (found) return statusDecision(found, allocation.displaced.has(entry), tied.has(entry.meta.creationTime))
      if (ineligible(entry) === undefined && hostTakesVips(entry, host)) {
        return none('the allocation range has no address left')
      }
      return none(statusReason(entry, host))
    },
  }
}

function legacyReason(entry: ServiceEntryResource, host: string): string {
  if (isWildcard(host)) return 'a wildcard host gets no address'
  if (entry.spec.resolution === 'NONE') return 'resolution is NONE, which keeps the address that the client dialled'
  return 'the allocation range has no address left'
}

function legacyAllocator(
  source: 'hashed' | 'ordered',
  vips: ReadonlyMap<string, Vips>,
  keyOf: (namespace: string, host: string) => string,
): Allocator {
  const why =
    source === 'hashed'
      ? 'hash of NAMESPACE/HOST; for proxies with DNS_CAPTURE and DNS_AUTO_ALLOCATE'
      : 'order of creation; for proxies with DNS_CAPTURE and DNS_AUTO_ALLOCATE'
  const slots = source === 'hashed' ? SLOTS : ORDERED_SLOTS
  return {
    ranges: [{ family: 4, prefix: SLOTS_PREFIX, free: BigInt(slots - vips.size) }],
    vipsOf(service) {
      if (service.registry !== 'External' || service.addressIndex >= 0 || service.resolution === 'Passthrough')
        return undefined
      return vips.get(keyOf(service.namespace, service.hostname))
    },
    decide(entry, host) {
      const found = entry.spec.resolution === 'NONE' ? undefined : vips.get(keyOf(entry.meta.namespace, host))
      if (!found || isWildcard(host)) return none(legacyReason(entry, host))
      const orderAssumed = source === 'ordered' && entry.meta.creationTime === 0
      return { addresses: addressesOf(found), source, reason: why, orderAssumed }
    },
  }
}

const ALLOCATORS: Readonly<Record<AllocationMode, (registry: Registry) => Allocator>> = {
  none: () => ({
    ranges: [],
    vipsOf: () => undefined,
    decide: () => none('Istio before 1.8 assigns no addresses'),
  }),
  ordered: (registry) =>
    legacyAllocator(
      'ordered',
      allocateOrdered(registry.services, registry.snapshot.features.version),
      (_, host) => host,
    ),
  hashed: (registry) =>
    legacyAllocator('hashed', allocateHashed(registry.services), (namespace, host) => `${namespace}/${host}`),
  status: statusAllocator,
}

function decideHosts(registry: Registry, allocator: Allocator): HostAllocation[] {
  const out: HostAllocation[] = []
  for (const entry of registry.snapshot.istio.serviceEntries) {
    const { addresses } = entry.spec
    for (const [hostIndex, host] of entry.spec.hosts.entries()) {
      const decision: Decision =
        addresses.length > 0
          ? { addresses, source: 'own', reason: 'spec.addresses of the entry', orderAssumed: false }
          : allocator.decide(entry, host)
      out.push({ entry, host, hostIndex, ...decision })
    }
  }
  return out
}

/** The registry with automatic addresses; what they are depends on `snapshot.features.allocation`. */
export function allocate(registry: Registry): AllocatedRegistry {
  const mode = registry.snapshot.features.allocation
  const allocator = ALLOCATORS[mode](registry)
  let hosts: readonly HostAllocation[] | undefined
  return {
    ...registry,
    mode,
    ranges: allocator.ranges,
    // Only the commands that print allocations ask for the reasons.
    get hosts() {
      hosts ??= decideHosts(registry, allocator)
      return hosts
    },
    vipsOf: allocator.vipsOf,
  }
}
