/** What istiod makes of Ingresses. */
import { oncePer } from '../../common/once.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DerivedConfiguration } from '../derived.ts'
import { ingressGateway } from './gateway.ts'
import { handledIngresses } from './handled.ts'
import { ingressVirtualServices } from './virtual-service.ts'

type OfIngresses = Pick<DerivedConfiguration, 'gateways' | 'virtualServices'>

/** Computed once per snapshot. @returns undefined when istiod handles no Ingress */
export const deriveFromIngresses = oncePer((snapshot: Snapshot): OfIngresses | undefined => {
  const ingresses = handledIngresses(snapshot)
  if (ingresses.length === 0) return undefined
  return {
    gateways: ingresses.map((ingress) => ingressGateway(ingress, snapshot.mesh)),
    virtualServices: ingressVirtualServices(ingresses, snapshot.clusters[0].services),
  }
})
