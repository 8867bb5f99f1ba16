import { type CertificateStore, serverCertificate } from '../../../../derivation/gateways/references.ts'
import type { KubernetesGateway, ListenerSet } from '../../../../kinds/index.ts'
import { isOfRevision } from '../../../../resources/gateway-api/revision.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { ownGateways } from './own-gateways.ts'

/** What istiod does without the certificate of one of two references. */
const EFFECTS = [
  'no client gets it, and the listener serves the certificate of the router instead, because istiod uses the first reference alone',
  'no client gets it, and the listener serves the first certificate only',
]

function* ignored(owner: KubernetesGateway | ListenerSet, store: CertificateStore): Iterable<Found> {
  for (const [index, { name, tls }] of owner.spec.listeners.entries()) {
    const references = tls?.mode === 'Terminate' ? tls.certificateRefs : []
    if (references.length !== EFFECTS.length) continue
    const at = owner.location.child('spec', 'listeners', index, 'tls', 'certificateRefs')
    const problems = references.flatMap((reference, number) => {
      const resolved = serverCertificate(store, reference, { resource: owner, location: at.child(number) })
      return 'problem' in resolved ? [{ ...resolved.problem, number }] : []
    })
    // Two bad ones are a condition.
    if (problems.length !== 1) continue
    for (const { message, location, number } of problems) {
      yield { message: `listener ${name}: ${message}; ${EFFECTS[number]}`, resource: owner, location }
    }
  }
}

export const gatewayCertificateIgnored: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const [{ kubernetesGateways, listenerSets }] = registry.snapshot.clusters
    if (kubernetesGateways.length === 0) return
    const { gateways, context } = ownGateways(registry)
    const sets = context.reads.listenerSets ? listenerSets.filter(isOfRevision(registry.snapshot)) : []
    for (const owner of [...gateways, ...sets]) yield* ignored(owner, context.store)
  },
}
