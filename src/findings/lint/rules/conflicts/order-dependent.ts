import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { oncePer } from '../../../../common/once.ts'
import { type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import type { Found, ListenerRule } from '../../rule.ts'
import type { ListenerSubject, RuleView } from '../../subjects.ts'
import { partyText, relatedParty } from './parties.ts'

/** The first entry for each declared address on an HTTP port; others with the same address come after it. */
class AddressOwners {
  readonly #first = new Map<string, PortRef>()

  /** An earlier entry with the same address; undefined for the first. */
  add(member: PortRef): PortRef | undefined {
    const { defaultAddress, hostname } = member.service
    const first = this.#first.get(defaultAddress)
    if (!first) this.#first.set(defaultAddress, member)
    return first && first.service.hostname !== hostname ? first : undefined
  }
}

/** Only one of several addresses is used in routes, so entries with several do not clash there. */
function declaresAddress({ service }: PortRef): boolean {
  const { source } = service
  return isServiceEntry(source) && source.spec.addresses.length === 1 && !service.defaultAddress.includes('/')
}

/** Whether two entries of the mesh have the same address; otherwise no listener has to be checked. */
const hasSharedAddresses = oncePer(({ services }: AllocatedRegistry): boolean => {
  const seen = new Set<string>()
  return services.some(({ addressIndex, defaultAddress }) => {
    if (addressIndex < 0) return false
    const before = seen.size
    return seen.add(defaultAddress).size === before
  })
})

/** A VirtualService for the host makes the order defined again. */
const isRouted = ({ egressListeners }: RuleView, { service }: PortRef): boolean =>
  egressListeners.some((egress) => egress.virtualServiceOf(service.hostname) !== undefined)

function* byChance({ mesh, view, entry }: ListenerSubject): Iterable<Found> {
  if (!hasSharedAddresses(mesh.registry)) return
  const owners = new AddressOwners()
  for (const member of entry.members) {
    if (!declaresAddress(member)) continue
    const first = owners.add(member)
    if (!first || isRouted(view, first) || isRouted(view, member)) continue
    const [party, other] = [partyOf(member), partyOf(first)]
    yield {
      message: `HTTP requests for ${member.service.defaultAddress} go to ${partyText(other)} or ${partyText(party)}, whichever istiod takes first when it makes the routes: both declare the address`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(other, 'declares the same address')],
    }
  }
}

export const orderDependent: ListenerRule = {
  concernsListener: ({ entry }) => entry.sharesRoutes && entry.members.length > 1,
  checkListener: byChance,
}
