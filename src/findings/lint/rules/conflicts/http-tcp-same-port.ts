import { type ListenerEntry, type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { ownerOfAll } from './holders.ts'
import { lossesOf, lossFound, whyItWins } from './losses.ts'
import { carrierOf, partyText, relatedParty } from './parties.ts'
import { proposalsForPort } from './proposals.ts'

/** One of the two was left out of the listener, or replaced in it. */
function* lost(facts: ScopeFacts): Iterable<ScopedFound> {
  for (const loss of lossesOf(facts, 'http-tcp-same-port')) {
    const { conflict, loser, winner } = loss
    const why = whyItWins(conflict, loser)
    const message = `${partyText(loser)} gets no connections: listener ${conflict.listener} does not hold HTTP and TCP side by side, and belongs to ${winner}, ${why}`
    yield { ...lossFound(facts, loss, message), severity: 'error' }
  }
}

/** The TCP port whose connections wait until the proxy knows whether they are HTTP; Redis clients speak first. */
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

function* sniffed({ plan, view }: ScopeFacts): Iterable<ScopedFound> {
  for (const entry of plan.entries) {
    const owner = waiting(entry)
    const other = owner && otherMember(entry)
    if (!other) continue
    const { name } = entry
    const [party, winner] = [partyOf(owner), partyOf(other)]
    const kind = carrierOf(other.port.protocol) === 'http' ? 'HTTP' : 'a port without a protocol'
    yield {
      subject: listenerSubject(entry.name),
      message: `${partyText(party)} shares listener ${entry.name} with ${kind}, so that the proxy waits for the client's first bytes: protocols in which the server speaks first stall`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(winner, `brings ${kind} to listener ${entry.name}`)],
      proposals: () => proposalsForPort(view, party, name),
    }
  }
}

export const httpTcpSamePort: ScopeRule = {
  *checkScope(facts) {
    yield* lost(facts)
    yield* sniffed(facts)
  },
}
