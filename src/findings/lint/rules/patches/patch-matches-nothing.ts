import { workloadProxies } from '../../../patches/proxies.ts'
import { reportPatches } from '../../../patches/report.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** More different workloads take too long for a rule. */
const MOST_PROXIES = 200

export const patchMatchesNothing: MeshRule = {
  *checkMesh({ registry, scope }): Iterable<Found> {
    const { snapshot } = registry
    const { envoyFilters } = snapshot.istio
    if (envoyFilters.length === 0) return
    const proxies = workloadProxies(snapshot, scope)
    if (proxies.length > MOST_PROXIES) return
    for (const { filter, patches } of reportPatches(envoyFilters, proxies)) {
      for (const { written, index, nothing } of patches) {
        if (nothing !== 'no-match') continue
        const { applyTo, patch } = written
        yield {
          message: `patch ${index + 1}, ${patch?.operation} of ${applyTo}, matches nothing in the proxies that it is for`,
          resource: filter,
          location: filter.location.child('spec', 'configPatches', index),
        }
      }
    }
  },
}
