import type { Snapshot } from '../../../../resources/snapshot.ts'
import { Elsewhere } from '../../../elsewhere.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** `KIND NAMESPACE` of the objects of the input that may need a grant. */
function referrersOf({ clusters: [config] }: Snapshot): ReadonlySet<string> {
  const { kubernetesGateways, listenerSets, httpRoutes, grpcRoutes, tcpRoutes, tlsRoutes } = config
  const all = [kubernetesGateways, listenerSets, httpRoutes, grpcRoutes, tcpRoutes, tlsRoutes].flat()
  return new Set(all.map(({ kind, meta }) => `${kind} ${meta.namespace}`))
}

/** Grants from namespaces of which the input has nothing are for objects that are kept elsewhere. */
export const referenceGrantUnused: MeshRule = {
  *checkMesh({ registry, scope, known }): Iterable<Found> {
    const [{ referenceGrants }] = registry.snapshot.clusters
    if (referenceGrants.length === 0) return
    const elsewhere = new Elsewhere(registry.snapshot, known)
    const referrers = referrersOf(registry.snapshot)
    for (const grant of referenceGrants) {
      if (scope.registry.usedGrants.has(grant)) continue
      const isForeign = grant.spec.from.some(
        ({ kind, namespace }) =>
          !referrers.has(`${kind} ${namespace}`) && elsewhere.namespaceStanding(namespace) !== 'unknown',
      )
      if (isForeign) continue
      yield {
        message:
          'no reference needs this grant: it allows what nothing refers to, or what routes of the mesh may do anyway',
        resource: grant,
        location: grant.location.child('spec'),
      }
    }
  },
}
