/** The simulation of the controller, kept while entries change only in what it does not depend on. */

import { changedMap } from '../common/changes/maps.ts'
import { sameList } from '../common/collections.ts'
import { hostsWithVips, ineligible } from '../kinds/auto-allocation.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import { byCreationThenNamespace } from '../kinds/resource.ts'
import type { Features } from '../resources/mesh/features.ts'
import { HostAddresses, type StatusAllocation, simulateController } from './controller.ts'

/** Whether two entries have the same place in the order of the controller. */
const hasSamePlace = ({ meta: a }: ServiceEntryResource, { meta: b }: ServiceEntryResource): boolean =>
  a.creationTime === b.creationTime && a.namespace === b.namespace && a.name === b.name

/** Whether the controller treats two versions of an entry alike, apart from the names of its hosts. */
function isTreatedAlike(a: ServiceEntryResource, b: ServiceEntryResource): boolean {
  const [stored, others] = [a.status.addresses, b.status.addresses]
  const [hosts, otherHosts] = [hostsWithVips(a), hostsWithVips(b)]
  return (
    hasSamePlace(a, b) &&
    (ineligible(a) === undefined) === (ineligible(b) === undefined) &&
    sameList(a.spec.addresses, b.spec.addresses) &&
    sameList(stored, others, (one, other) => one.host === other.host && one.value === other.value) &&
    // A stored address belongs to a host by name, others are assigned in turn.
    (stored.length === 0 ? hosts.length === otherHosts.length : sameList(hosts, otherHosts))
  )
}

type ByEntry = ReadonlyMap<ServiceEntryResource, readonly HostAddresses[]>
type Replaced = ReadonlyMap<ServiceEntryResource, ServiceEntryResource>

/**
 * The entries that have later versions.
 * @param isAlike whether one may be the later version of the other
 * @returns undefined if other entries came, went or moved
 */
function replacedBetween(
  before: readonly ServiceEntryResource[],
  now: readonly ServiceEntryResource[],
  isAlike: (old: ServiceEntryResource, entry: ServiceEntryResource) => boolean,
): Replaced | undefined {
  if (before.length !== now.length) return undefined
  const replaced = new Map<ServiceEntryResource, ServiceEntryResource>()
  for (const [index, entry] of now.entries()) {
    const old = before[index] as ServiceEntryResource
    if (old === entry) continue
    if (!isAlike(old, entry)) return undefined
    replaced.set(old, entry)
  }
  return replaced
}

/** The addresses of an entry for its later version. */
function renamed(hosts: readonly HostAddresses[], entry: ServiceEntryResource): readonly HostAddresses[] {
  if (entry.status.addresses.length > 0) return hosts
  const names = hostsWithVips(entry)
  return hosts.map(({ host, addresses, stored }, index) => new HostAddresses(names[index] ?? host, addresses, stored))
}

function withReplaced(before: ByEntry, replaced: Replaced, entries: readonly ServiceEntryResource[]): ByEntry {
  const changes = new Map<ServiceEntryResource, readonly HostAddresses[] | undefined>()
  for (const [old, entry] of replaced) {
    const hosts = before.get(old)
    if (!hosts) continue
    changes.set(old, undefined)
    changes.set(entry, renamed(hosts, entry))
  }
  if (changes.size === 0) return before
  return changedMap(before, changes, (get) => {
    const out = new Map<ServiceEntryResource, readonly HostAddresses[]>()
    for (const entry of entries) {
      const hosts = get(entry)
      if (hosts) out.set(entry, hosts)
    }
    return out
  })
}

export class LastSimulation {
  /** Entries as they came, and in order. */
  #entries: readonly ServiceEntryResource[] = []
  #ordered: readonly ServiceEntryResource[] = []
  #last:
    | {
        readonly ordered: readonly ServiceEntryResource[]
        readonly features: Features
        readonly result: StatusAllocation
        readonly basis: object
      }
    | undefined

  /** The same object while only addresses of entries that were replaced differ. */
  get basis(): object | undefined {
    return this.#last?.basis
  }

  /** Oldest first, then by namespace and name. Later versions of the same entries are not sorted again. */
  order(entries: readonly ServiceEntryResource[]): readonly ServiceEntryResource[] {
    const replaced = replacedBetween(this.#entries, entries, hasSamePlace)
    if (!replaced) this.#ordered = [...entries].sort(byCreationThenNamespace)
    else if (replaced.size > 0) this.#ordered = this.#ordered.map((entry) => replaced.get(entry) ?? entry)
    this.#entries = entries
    return this.#ordered
  }

  /** As `simulateController`. */
  simulate(ordered: readonly ServiceEntryResource[], features: Features): StatusAllocation {
    const later = this.#withChanges(ordered, features)
    const result = later ?? simulateController(ordered, features)
    this.#last = { ordered, features, result, basis: (later && this.#last?.basis) ?? {} }
    return result
  }

  /** The last result for later versions of the same entries; undefined if their addresses may differ. */
  #withChanges(ordered: readonly ServiceEntryResource[], features: Features): StatusAllocation | undefined {
    const last = this.#last
    if (last?.features !== features) return undefined
    const replaced = replacedBetween(last.ordered, ordered, isTreatedAlike)
    if (!replaced) return undefined
    const { result } = last
    if (replaced.size === 0) return result
    return {
      ...result,
      byEntry: withReplaced(result.byEntry, replaced, ordered),
      stale: withReplaced(result.stale, replaced, ordered),
      displaced: new Set([...result.displaced].map((entry) => replaced.get(entry) ?? entry)),
    }
  }
}
