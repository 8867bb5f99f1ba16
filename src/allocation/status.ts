/** Addresses that istiod's controller stores in status.addresses of ServiceEntries, Istio 1.25 and later. */
import { hostTakesVips, ineligible } from '../kinds/auto-allocation.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import { byCreationThenNamespace } from '../kinds/resource.ts'
import type { Registry } from '../registry/registry.ts'
import { isWildcard } from '../registry/service.ts'
import {
  type Decision,
  type GivenAddresses,
  noAddress,
  RANGE_EXHAUSTED,
  type Strategy,
  WILDCARD_HOST,
} from './allocation.ts'
import { type HostAddresses, type StatusAllocation, simulateController } from './controller.ts'
import { LastSimulation } from './last-simulation.ts'

/** Most entries have few hosts, for which an index costs more than it saves. */
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

const orders = (why: string) => ({ assumed: `${why} (order assumed)`, known: `${why} (by creation time)` })

/** The reasons for simulated addresses. Joined once, because a mesh may have a hundred thousand such hosts. */
const SIMULATED = {
  free: orders('next free address, as the controller would assign it'),
  displaced: orders('the stored address belongs to another entry; next free one, as the controller would assign it'),
} as const

function decisionOf(found: HostAddresses, displaced: boolean, assumed: boolean): Decision {
  const { addresses, stored } = found
  if (addresses.length === 0) return noAddress(RANGE_EXHAUSTED)
  if (stored) return { addresses, source: 'status', reason: 'stored in status.addresses', orderAssumed: false }
  const reason = SIMULATED[displaced ? 'displaced' : 'free'][assumed ? 'assumed' : 'known']
  return { addresses, source: 'simulated', reason, orderAssumed: assumed }
}

const mayHaveAddress = (entry: ServiceEntryResource, host: string): boolean =>
  ineligible(entry) === undefined && hostTakesVips(entry, host)

function whyNone(entry: ServiceEntryResource, host: string): string {
  if (mayHaveAddress(entry, host)) return RANGE_EXHAUSTED
  return ineligible(entry) ?? (isWildcard(host) ? WILDCARD_HOST : 'the host is listed twice')
}

const NOTHING_STALE: readonly HostAddresses[] = []

export function statusAllocation({ snapshot }: Registry, given: GivenAddresses | undefined): Strategy {
  const { istio, features, memory } = snapshot
  const last = given ? undefined : memory?.own(LastSimulation)
  const ordered = last?.order(istio.serviceEntries) ?? [...istio.serviceEntries].sort(byCreationThenNamespace)
  const simulated = last?.simulate(ordered, features) ?? simulateController(ordered, features, given)
  const basis = last?.basis
  const find = hostFinder(simulated)
  return {
    manner: 'stored in the status',
    assigns: true,
    storesStatus: true,
    ranges: simulated.ranges,
    rangeOf: (family) => (family === 4 ? features.ipv4Prefix : features.ipv6Prefix),
    staleOf: (entry) => simulated.stale.get(entry) ?? NOTHING_STALE,
    mayHaveAddress,
    isUsedBy: ({ dnsCapture }) => dnsCapture,
    basis,
    vipsOf(service) {
      if (service.registry !== 'External') return undefined
      return find(service.source, service.hostname)?.vips
    },
    decide(entry, host) {
      const found = find(entry, host)
      if (!found) return noAddress(whyNone(entry, host))
      return decisionOf(found, simulated.displaced.has(entry), simulated.tied.has(entry.meta.creationTime))
    },
  }
}
