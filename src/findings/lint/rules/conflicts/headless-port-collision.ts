import { partyOf } from '../../../../envoy/listeners/index.ts'
import type { Found, ListenerRule } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { anyHolderOf } from './holders.ts'
import { hasLosses, lossesOf, lossFound } from './losses.ts'
import { carrierOf, partyText, relatedParty, winnerText } from './parties.ts'

/** Two services with the same endpoint addresses. */
function* lost(listener: ListenerSubject): Iterable<Found> {
  for (const loss of lossesOf(listener, 'headless-port-collision')) {
    const { conflict, loser, winner } = loss
    const message = `${partyText(loser)} is not told apart from ${winner}: both have the endpoint's listener ${conflict.listener}, whose connections get the policies and the cluster of the latter`
    yield lossFound(listener, loss, message)
  }
}

/** Only known endpoint addresses have listeners; all others on the port go to its holder. */
function* exposed(listener: ListenerSubject): Iterable<Found> {
  const { headless, entry } = listener
  const holder = headless.length > 0 ? anyHolderOf(listener) : undefined
  if (!holder) return
  for (const ref of headless) {
    const carrier = carrierOf(ref.port.protocol)
    if ((carrier !== 'tcp' && carrier !== 'sniffed') || holder.service.hostname === ref.service.hostname) continue
    const [party, other] = [partyOf(ref), partyOf(holder)]
    yield {
      message: `connections to pods of ${partyText(party)} that a proxy does not know of yet go to ${winnerText(other)}: headless Services have a listener for each known pod, and listener ${entry.name} takes the rest of the port`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(other, `has listener ${entry.name}`)],
    }
  }
}

export const headlessPortCollision: ListenerRule = {
  concernsListener: (listener) => hasLosses(listener) || listener.headless.length > 0,
  *checkListener(listener) {
    yield* lost(listener)
    yield* exposed(listener)
  },
}
