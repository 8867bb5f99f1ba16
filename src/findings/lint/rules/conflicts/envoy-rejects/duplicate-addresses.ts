/** Two listeners cannot have one address and port. */
import { type ListenerEntry, partyOf } from '../../../../../envoy/listeners/index.ts'
import { listenerName } from '../../../../../names.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts } from '../../../rule.ts'
import { isEntry, isWildcardBind, partyText, relatedParty } from '../parties.ts'
import { proposalsForPort } from '../proposals.ts'

/** The ports of the listeners that take all connections of a pod; without redirection there are none. */
function ownPorts({ view }: ScopeFacts): ReadonlyMap<number, string> {
  const { proxyListenPort, proxyInboundListenPort } = view.registry.snapshot.mesh
  if (view.proxy.interceptionMode === 'NONE') return new Map()
  return new Map([
    [proxyInboundListenPort, 'virtualInbound'],
    [proxyListenPort, 'virtualOutbound'],
  ])
}

function* withOwnListeners(facts: ScopeFacts): Iterable<ScopedFound> {
  const ports = ownPorts(facts)
  const { view } = facts
  if (ports.size === 0) return
  for (const { name, binds, port, owner } of facts.plan.entries) {
    const own = ports.get(port.number)
    if (own === undefined || !isWildcardBind(binds[0] ?? '')) continue
    const party = partyOf(owner)
    yield {
      subject: listenerSubject(name),
      message: `${partyText(party)} makes a second listener ${name} beside ${own}: Envoy rejects the duplicate address, and with it all changes of listeners`,
      resource: party.resource,
      location: party.location,
      ...(isEntry(party.resource) && { proposals: () => proposalsForPort(view, party, name) }),
    }
  }
}

/** Listeners by the names that they would have by their further addresses. */
function furtherNames(entries: readonly ListenerEntry[]): ReadonlyMap<string, ListenerEntry> {
  const out = new Map<string, ListenerEntry>()
  for (const entry of entries) {
    for (let index = 1; index < entry.binds.length; index++) {
      out.set(listenerName(entry.binds[index] ?? '', entry.port.number), entry)
    }
  }
  return out
}

/** Services with several addresses have one listener for them, named by the first: the others are not compared. */
function* withEachOther({ plan }: ScopeFacts): Iterable<ScopedFound> {
  const further = furtherNames(plan.entries)
  if (further.size === 0) return
  for (const entry of plan.entries) {
    const other = further.get(entry.name)
    if (!other || other === entry) continue
    const [party, first] = [partyOf(entry.owner), partyOf(other.owner)]
    yield {
      subject: listenerSubject(entry.name),
      message: `${partyText(party)} makes listener ${entry.name}, whose address is a further one of listener ${other.name} of ${partyText(first)}: Envoy rejects the duplicate address, and with it changes of listeners`,
      resource: party.resource,
      location: party.location,
      related: [relatedParty(first, `has the address in listener ${other.name}`)],
    }
  }
}

export function* duplicateAddresses(facts: ScopeFacts): Iterable<ScopedFound> {
  yield* withOwnListeners(facts)
  yield* withEachOther(facts)
}
