import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { type ListenerEntry, type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import type { Service } from '../../../../registry/service.ts'
import type { Conflict } from '../../../conflicts/index.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { type LossRule, lossesOf } from './losses.ts'
import { isEntry, partyText, relatedParty } from './parties.ts'

/** More losers than these are not pointed at. */
const MOST_RELATED = 5

const DECIDED_BY_ORDER: readonly LossRule[] = [
  'tcp-port-conflict',
  'shared-vip-port',
  'server-first-conflict',
  'http-tcp-same-port',
]

/** Losses of conflicts in which the reference's tie-break decided, by conflict. */
function assumedConflicts(facts: ScopeFacts): ReadonlySet<Conflict> {
  const out = new Set<Conflict>()
  if (!facts.conflicts.some(({ orderAssumed }) => orderAssumed)) return out
  for (const rule of DECIDED_BY_ORDER) {
    for (const { conflict } of lossesOf(facts, rule)) if (conflict.orderAssumed) out.add(conflict)
  }
  return out
}

/** Said of the winner: the losers are told by the rule that reports them. */
function* byName(facts: ScopeFacts): Iterable<ScopedFound> {
  for (const { listener, winner, losers } of assumedConflicts(facts)) {
    yield {
      subject: listenerSubject(listener),
      message: `${partyText(winner)} has listener ${listener} by its name alone: creation times are missing or equal, and in a cluster the oldest one has it`,
      resource: winner.resource,
      location: winner.location,
      related: losers.slice(0, MOST_RELATED).map((loser) => relatedParty(loser, 'has it where it is older')),
    }
  }
}

/** Of an HTTP port the first entry by each address that entries declare; others of the same address come after it. */
class AddressOwners {
  readonly #first = new Map<string, PortRef>()

  /** The one that has an address of this one already; undefined when it is the first. */
  add(member: PortRef): PortRef | undefined {
    const { defaultAddress, hostname } = member.service
    const first = this.#first.get(defaultAddress)
    if (!first) this.#first.set(defaultAddress, member)
    return first && first.service.hostname !== hostname ? first : undefined
  }
}

/** Of several addresses only one gets into the routes, so that the others do not meet there. */
function declaresAddress({ service }: PortRef): boolean {
  const { source } = service
  return isEntry(source) && source.spec.addresses.length === 1 && !service.defaultAddress.includes('/')
}

/** Meshes in which an address is stated twice; in others no listener has to be looked at. */
const WITH_SHARED_ADDRESSES = new WeakMap<AllocatedRegistry, boolean>()

function stateOneAddress(services: readonly Service[]): boolean {
  const seen = new Set<string>()
  return services.some(({ addressIndex, defaultAddress }) => {
    if (addressIndex < 0) return false
    const before = seen.size
    return seen.add(defaultAddress).size === before
  })
}

function haveSharedAddresses({ registry }: ScopeFacts): boolean {
  const known = WITH_SHARED_ADDRESSES.get(registry) ?? stateOneAddress(registry.services)
  WITH_SHARED_ADDRESSES.set(registry, known)
  return known
}

/** A VirtualService for the host puts it into an order again. */
const isRouted = ({ view }: ScopeFacts, { service }: PortRef): boolean =>
  view.egressListeners.some((egress) => egress.virtualServiceOf(service.hostname) !== undefined)

function* sharedAddresses(facts: ScopeFacts, entry: ListenerEntry): Iterable<ScopedFound> {
  const owners = new AddressOwners()
  for (const member of entry.members) {
    if (!declaresAddress(member)) continue
    const first = owners.add(member)
    if (!first || isRouted(facts, first) || isRouted(facts, member)) continue
    const [party, other] = [partyOf(member), partyOf(first)]
    yield {
      subject: listenerSubject(entry.name),
      message: `HTTP requests for ${member.service.defaultAddress} go to ${partyText(other)} or ${partyText(party)}, whichever istiod takes first when it makes the routes: both declare the address`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(other, 'declares the same address')],
    }
  }
}

function* byChance(facts: ScopeFacts): Iterable<ScopedFound> {
  if (!haveSharedAddresses(facts)) return
  for (const entry of facts.plan.entries) {
    if (entry.sharesRoutes && entry.members.length > 1) yield* sharedAddresses(facts, entry)
  }
}

export const orderDependent: ScopeRule = {
  *checkScope(facts) {
    yield* byName(facts)
    yield* byChance(facts)
  },
}
