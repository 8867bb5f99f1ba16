import type { Found, MeshRule } from '../../rule.ts'
import { listed } from '../texts.ts'
import { hasClients, hostOf, missedNamespaces } from './applied.ts'

export const destinationRuleNotApplied: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    const { snapshot } = facts.registry
    if (!hasClients(snapshot)) return
    const root = snapshot.mesh.rootNamespace
    for (const rule of snapshot.istio.destinationRules) {
      const targets = missedNamespaces(rule, facts)
      if (!targets) continue
      const { namespace } = rule.meta
      const where = targets.length === 1 ? `namespace ${targets[0]}` : `namespaces ${listed(targets)}`
      yield {
        message: `the rule for ${hostOf(rule)} applies only to clients in namespace ${namespace}, and the input has none there; exportTo changes nothing: for all clients it must be in ${where} of the service, or in the root namespace ${root}`,
        resource: rule,
        location: rule.location.child('spec', 'host'),
      }
    }
  },
}
