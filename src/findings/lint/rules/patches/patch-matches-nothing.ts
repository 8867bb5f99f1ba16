import { workloadProxies } from '../../../patches/proxies.ts'
import { unmatchedPatches } from '../../../patches/unmatched.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** Computing more workloads takes too long for a rule. */
const MOST_PROXIES = 200

export const patchMatchesNothing: MeshRule = {
  *checkMesh({ registry, scope }): Iterable<Found> {
    const { snapshot } = registry
    if (snapshot.istio.envoyFilters.length === 0) return
    for (const { filter, index, proxies, looked } of unmatchedPatches(workloadProxies(snapshot, scope), MOST_PROXIES)) {
      const { applyTo, patch } = filter.spec.configPatches[index] ?? {}
      const isSample = looked < proxies
      const where = isSample ? `the ${looked} of ${proxies} workloads that lint looks at` : 'the proxies that it is for'
      const all = isSample ? `; vipctl patches ${filter.meta.name} looks at all` : ''
      yield {
        message: `patch ${index + 1}, ${patch?.operation} of ${applyTo}, matches nothing in ${where}${all}`,
        resource: filter,
        location: filter.location.child('spec', 'configPatches', index),
        ...(isSample && { severity: 'info' as const }),
      }
    }
  },
}
