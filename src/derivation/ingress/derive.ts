/** What istiod makes of Ingresses. */
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DerivedConfiguration } from '../derived.ts'
import { ingressGateway } from './gateway.ts'
import { handledIngresses } from './handled.ts'
import { ingressVirtualServices } from './virtual-service.ts'

/** @returns undefined when istiod handles no Ingress */
export function deriveFromIngresses(
  snapshot: Snapshot,
): Pick<DerivedConfiguration, 'gateways' | 'virtualServices'> | undefined {
  const ingresses = handledIngresses(snapshot)
  if (ingresses.length === 0) return undefined
  return {
    gateways: ingresses.map((ingress) => ingressGateway(ingress, snapshot.mesh)),
    virtualServices: ingressVirtualServices(ingresses, snapshot.clusters[0].services),
  }
}
