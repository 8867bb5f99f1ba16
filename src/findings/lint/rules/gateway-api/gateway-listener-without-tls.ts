import type { Found, MeshRule } from '../../rule.ts'
import { ownGateways } from './own-gateways.ts'

const NEEDS_TLS: ReadonlySet<string> = new Set(['HTTPS', 'TLS'])

/** istiod makes nothing of such a listener, and says that all is well. For ListenerSets a condition tells. */
export const gatewayListenerWithoutTls: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const [{ kubernetesGateways }] = registry.snapshot.clusters
    if (kubernetesGateways.length === 0) return
    for (const gateway of ownGateways(registry).gateways) {
      for (const [index, { name, protocol, tls }] of gateway.spec.listeners.entries()) {
        if (tls || !NEEDS_TLS.has(protocol)) continue
        yield {
          message: `listener ${name} has protocol ${protocol} and no tls section, so nothing listens there, although its conditions say that it is programmed`,
          resource: gateway,
          location: gateway.location.child('spec', 'listeners', index),
        }
      }
    }
  },
}
