/** Several DestinationRules for one namespace and host: istiod merges them, and the first one's settings win. */
import type { DestinationRuleResource } from '../../kinds/index.ts'
import { byCreationThenName, describeResource } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { completeHost } from '../../scope/names.ts'
import type { Finding } from '../finding.ts'

/** The settings of a later rule that the first one overrides. */
function lostParts(first: DestinationRuleResource, later: DestinationRuleResource): string {
  const names = new Set(first.spec.subsets.map(({ name }) => name))
  const parts = later.spec.subsets.filter(({ name }) => names.has(name)).map(({ name }) => `subset ${name}`)
  if (first.spec.trafficPolicy && later.spec.trafficPolicy) parts.unshift('trafficPolicy')
  return parts.length > 0 ? `its ${parts.join(', ')} ${parts.length > 1 ? 'are' : 'is'} not used` : 'they are merged'
}

export function overlappingRules(snapshot: Snapshot): Finding[] {
  const first = new Map<string, DestinationRuleResource>()
  const out: Finding[] = []
  for (const rule of [...snapshot.istio.destinationRules].sort(byCreationThenName)) {
    // Rules with a workload selector are meant to coexist with others.
    if (rule.spec.workloadSelector) continue
    const { namespace } = rule.meta
    const key = `${namespace}/${completeHost(rule.spec.host, namespace)}`
    const known = first.get(key)
    if (!known) first.set(key, rule)
    else {
      out.push({
        code: 'destination-rule-overlap',
        message: `${describeResource(rule)} is for the same host as ${describeResource(known)}, which comes first; ${lostParts(known, rule)}`,
        location: rule.location.child('spec', 'host'),
      })
    }
  }
  return out
}
