/** Two listeners cannot have one address and port. */

import { listenerName } from '../../../../../common/names.ts'
import { type InboundPort, type ListenerEntry, partyOf, planInbound } from '../../../../../envoy/listeners/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts } from '../../../rule.ts'
import { isEntry, isWildcardBind, partyText, relatedParty, winnerText } from '../parties.ts'
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

/** What else has the listener of an ingress port, in words. */
function holderOf({ binds, targetPort }: InboundPort, facts: ScopeFacts): string | ListenerEntry | undefined {
  const name = listenerName(binds[0] ?? '', targetPort)
  const own = isWildcardBind(binds[0] ?? '') ? ownPorts(facts).get(targetPort) : undefined
  return own ?? facts.plan.entries.find((entry) => entry.name === name)
}

/** A Sidecar's ingress listeners with a socket of their own, which istiod does not compare with outbound ones. */
function* withIngress(facts: ScopeFacts): Iterable<ScopedFound> {
  const { sidecar } = facts.view
  if (!sidecar || sidecar.spec.ingress.length === 0) return
  for (const port of planInbound(facts.view).ports) {
    const holder = port.bindToPort && port.sidecar ? holderOf(port, facts) : undefined
    if (holder === undefined) continue
    const name = listenerName(port.binds[0] ?? '', port.targetPort)
    const index = sidecar.spec.ingress.findIndex((listener) => listener.port?.number === port.targetPort)
    const party = typeof holder === 'string' ? undefined : partyOf(holder.owner)
    yield {
      subject: listenerSubject(name),
      message: `ingress port ${port.targetPort} of ${describeResource(sidecar)} makes a second listener ${name} beside ${party ? `that of ${winnerText(party)}` : holder}: Envoy rejects the duplicate, and with it all changes of listeners`,
      resource: sidecar,
      location: sidecar.location.child('spec', 'ingress', index),
      ...(party && { related: [relatedParty(party, `has listener ${name}`)] }),
    }
  }
}

export function* duplicateAddresses(facts: ScopeFacts): Iterable<ScopedFound> {
  yield* withOwnListeners(facts)
  yield* withEachOther(facts)
  yield* withIngress(facts)
}
