/** Two listeners cannot have one address and port. */

import { partyOf } from '../../../../../envoy/listeners/index.ts'
import { isWildcardBind } from '../../../../../envoy/listeners/plan/binding.ts'
import { isServiceEntry } from '../../../../../kinds/istio/service-entry.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import type { Found } from '../../../rule.ts'
import type { IngressSubject, ListenerSubject } from '../../../subjects.ts'
import { partyText, relatedParty, winnerText } from '../parties.ts'

/** The listener that receives all connections of a pod on its port; without redirection there is none. */
function ownListener({ mesh, view }: ListenerSubject | IngressSubject, port: number): string | undefined {
  const { proxyListenPort, proxyInboundListenPort } = mesh.registry.snapshot.mesh
  if (view.proxy.interceptionMode === 'NONE') return undefined
  if (port === proxyListenPort) return 'virtualOutbound'
  return port === proxyInboundListenPort ? 'virtualInbound' : undefined
}

/** The listener of the proxy's own whose address a listener of all addresses has. */
function ownBeside(listener: ListenerSubject): string | undefined {
  const { binds, port } = listener.entry
  return isWildcardBind(binds[0] ?? '') ? ownListener(listener, port.number) : undefined
}

export const hasDuplicateAddress = (listener: ListenerSubject): boolean =>
  listener.sameAddress !== undefined || ownBeside(listener) !== undefined

export function* besideOwnListener(listener: ListenerSubject): Iterable<Found> {
  const { name, owner } = listener.entry
  const own = ownBeside(listener)
  if (own === undefined) return
  const party = partyOf(owner)
  yield {
    message: `${partyText(party)} makes a second listener ${name} beside ${own}: Envoy rejects the duplicate address, and with it all changes of listeners`,
    resource: party.resource,
    location: party.location,
    ...(isServiceEntry(party.resource) && { proposals: () => listener.proposer.forPort(party, name) }),
  }
}

/** Services with several addresses have one listener, named by the first one: istiod does not compare the others. */
export function* besideSameAddress({ entry, sameAddress: other }: ListenerSubject): Iterable<Found> {
  if (!other) return
  const [party, first] = [partyOf(entry.owner), partyOf(other.owner)]
  yield {
    message: `${partyText(party)} makes listener ${entry.name}, whose address is a further one of listener ${other.name} of ${partyText(first)}: Envoy rejects the duplicate address, and with it changes of listeners`,
    resource: party.resource,
    location: party.location,
    related: [relatedParty(first, `has the address in listener ${other.name}`)],
  }
}

/** An ingress listener that binds its port, which istiod does not compare with outbound ones. */
export function* ingressDuplicate(ingress: IngressSubject): Iterable<Found> {
  const { port, name, sidecar, outbound } = ingress
  if (!port.bindToPort) return
  const own = isWildcardBind(port.binds[0] ?? '') ? ownListener(ingress, port.targetPort) : undefined
  if (own === undefined && !outbound) return
  const party = own === undefined && outbound ? partyOf(outbound.owner) : undefined
  const index = sidecar.spec.ingress.findIndex((listener) => listener.port?.number === port.targetPort)
  yield {
    message: `ingress port ${port.targetPort} of ${describeResource(sidecar)} makes a second listener ${name} beside ${party ? `that of ${winnerText(party)}` : own}: Envoy rejects the duplicate, and with it all changes of listeners`,
    resource: sidecar,
    location: sidecar.location.child('spec', 'ingress', index),
    ...(party && { related: [relatedParty(party, `has listener ${name}`)] }),
  }
}
