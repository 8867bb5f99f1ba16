import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import type { Service } from '../../../../registry/service.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { allHolders } from './holders.ts'
import { lossesOf, lossFound } from './losses.ts'
import { carrierOf, isHeadless, partyText, relatedParty, winnerText } from './parties.ts'

/** Two services that are reached by the addresses of the same endpoints. */
function* lost(facts: ScopeFacts): Iterable<ScopedFound> {
  for (const loss of lossesOf(facts, 'headless-port-collision')) {
    const { conflict, loser, winner } = loss
    const message = `${partyText(loser)} is not told apart from ${winner}: both have the endpoint's listener ${conflict.listener}, whose connections get the policies and the cluster of the latter`
    yield lossFound(facts, loss, message)
  }
}

/** Meshes in which a Service is headless; in others no proxy has to be looked at. */
const WITH_HEADLESS = new WeakMap<AllocatedRegistry, boolean>()

function hasHeadless({ registry }: ScopeFacts): boolean {
  const known =
    WITH_HEADLESS.get(registry) ??
    registry.snapshot.clusters.some(({ services }) => services.some((service) => isHeadless(service)))
  WITH_HEADLESS.set(registry, known)
  return known
}

function* headlessPorts(services: readonly Service[]): Iterable<PortRef> {
  for (const service of services) {
    if (service.registry !== 'Kubernetes' || !isHeadless(service.source)) continue
    for (const port of service.ports) {
      const carrier = carrierOf(port.protocol)
      if (carrier === 'tcp' || carrier === 'sniffed') yield { service, port }
    }
  }
}

/** Only the addresses of endpoints that are known have listeners; all others of the port belong to its holder. */
function* exposed(facts: ScopeFacts): Iterable<ScopedFound> {
  const holders = new Map(allHolders(facts).map((holder) => [holder.entry.port.number, holder]))
  if (holders.size === 0 || !hasHeadless(facts)) return
  for (const ref of headlessPorts(facts.services)) {
    const holder = holders.get(ref.port.number)
    if (!holder || holder.owner.service.hostname === ref.service.hostname) continue
    const [party, other, listener] = [partyOf(ref), partyOf(holder.owner), holder.entry.name]
    yield {
      subject: listenerSubject(listener),
      message: `connections to pods of ${partyText(party)} that a proxy does not know of yet go to ${winnerText(other)}: headless Services have a listener for each known pod, and listener ${listener} takes the rest of the port`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(other, `has listener ${listener}`)],
    }
  }
}

export const headlessPortCollision: ScopeRule = {
  *checkScope(facts) {
    yield* lost(facts)
    yield* exposed(facts)
  },
}
