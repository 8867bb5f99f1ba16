import { type ListenerEntry, type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import type { Found, ListenerRule } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { ownerOfAll } from './holders.ts'
import { hasLosses, lossesOf, lossFound, whyItWins } from './losses.ts'
import { carrierOf, partyText, relatedParty } from './parties.ts'

/** One of the two was excluded from the listener, or replaced in it. */
function* lost(listener: ListenerSubject): Iterable<Found> {
  for (const loss of lossesOf(listener, 'http-tcp-same-port')) {
    const { conflict, loser, winner } = loss
    const why = whyItWins(conflict, loser)
    const message = `${partyText(loser)} gets no connections: listener ${conflict.listener} does not hold HTTP and TCP side by side, and belongs to ${winner}, ${why}`
    yield { ...lossFound(listener, loss, message), severity: 'error' }
  }
}

/** The TCP port whose connections wait for protocol detection; Redis clients send first, so they do not wait. */
function waiting(entry: ListenerEntry): PortRef | undefined {
  if (entry.chains.length < 2 || !entry.chains.some(({ match }) => match.applicationProtocols.length > 0)) {
    return undefined
  }
  const owner = ownerOfAll(entry)
  return owner?.port.protocol === 'TCP' ? owner : undefined
}

function otherMember({ members }: ListenerEntry): PortRef | undefined {
  const http = members.find(({ port }) => carrierOf(port.protocol) === 'http')
  return http ?? members.find(({ port }) => carrierOf(port.protocol) === 'sniffed')
}

function* sniffed({ entry, proposer }: ListenerSubject): Iterable<Found> {
  const owner = waiting(entry)
  const other = owner && otherMember(entry)
  if (!other) return
  const { name } = entry
  const [party, winner] = [partyOf(owner), partyOf(other)]
  const kind = carrierOf(other.port.protocol) === 'http' ? 'HTTP' : 'a port without a protocol'
  yield {
    message: `${partyText(party)} shares listener ${name} with ${kind}, so that the proxy waits for the client's first bytes: protocols in which the server speaks first stall`,
    resource: party.resource,
    location: party.location,
    related: [relatedParty(winner, `brings ${kind} to listener ${name}`)],
    proposals: () => proposer.forPort(party, name),
  }
}

export const httpTcpSamePort: ListenerRule = {
  concernsListener: (listener) => hasLosses(listener) || listener.entry.chains.length > 1,
  *checkListener(listener) {
    yield* lost(listener)
    yield* sniffed(listener)
  },
}
