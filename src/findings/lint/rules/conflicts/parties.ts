/** The sides of a conflict and their properties. */

import { LOCALHOSTS } from '../../../../envoy/listeners/plan/binding.ts'
import type { KubeService } from '../../../../kinds/index.ts'
import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import { describeResource, type Resource } from '../../../../kinds/resource.ts'
import { isHttp, isTcp, type Protocol } from '../../../../registry/protocol.ts'
import type { ConflictParty } from '../../../conflicts/index.ts'
import type { RelatedPlace } from '../../rule.ts'
import type { ListenerSubject, RuleView } from '../../subjects.ts'

export const partyText = ({ host, port }: ConflictParty): string => `${host}:${port}`

/** Includes the object, so that the reader can find it. */
export function winnerText(winner: ConflictParty): string {
  return winner.host === ''
    ? describeResource(winner.resource)
    : `${partyText(winner)} of ${describeResource(winner.resource)}`
}

export const relatedParty = (party: ConflictParty, message: string): RelatedPlace => ({
  message: `${describeResource(party.resource)} ${message}`,
  location: party.location,
})

const isService = (resource: Resource): resource is KubeService => resource.kind === 'Service'

/** Whether the object states its own address. */
export function statesAddress(resource: Resource): boolean {
  if (isServiceEntry(resource)) return resource.spec.addresses.length > 0
  return isService(resource) && resource.spec.clusterIP !== '' && resource.spec.clusterIP !== 'None'
}

/** Whether its endpoints are reached by their own addresses. */
export function isHeadless(resource: Resource): boolean {
  if (isServiceEntry(resource)) return resource.spec.resolution === 'NONE' && resource.spec.addresses.length === 0
  return isService(resource) && resource.spec.clusterIP === 'None'
}

const ALL_LOCALHOSTS: ReadonlySet<string> = new Set(LOCALHOSTS.Dual)

/** Whether the address is not the service's but chosen by the Sidecar or the interception mode. */
export function isGivenBind({ egressListeners }: RuleView, bind: string): boolean {
  return ALL_LOCALHOSTS.has(bind) || egressListeners.some(({ spec }) => spec?.bind === bind)
}

/** How listeners separate traffic. `sniffed` may be HTTP or TCP. */
export type Carrier = 'http' | 'tcp' | 'sniffed' | 'none'

export function carrierOf(protocol: Protocol): Carrier {
  if (isHttp(protocol)) return 'http'
  if (isTcp(protocol)) return 'tcp'
  return protocol === 'Unsupported' ? 'sniffed' : 'none'
}

/** How a listener separates a party's port, as the proxy sees it. */
export function carrierOfParty({ portOf }: ListenerSubject, party: ConflictParty): Carrier {
  const port = portOf(party)
  return port ? carrierOf(port.protocol) : 'none'
}
