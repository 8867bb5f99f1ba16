import type { DestinationRuleResource } from '../../../../kinds/index.ts'
import { selects } from '../../../../kinds/resource.ts'
import type { Endpoint } from '../../../../registry/endpoint.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { clip, labelsText } from '../references/wording.ts'
import { listed } from '../texts.ts'
import { hostOf, servicesOf } from './applied.ts'

/** The endpoints of all services of a host. */
function endpointsOf(rule: DestinationRuleResource, facts: MeshFacts): readonly Endpoint[] {
  const host = hostOf(rule)
  const namespaces = new Set(servicesOf(rule, facts).map(({ namespace }) => namespace))
  return [...namespaces].flatMap((namespace) => facts.registry.endpointsOf(namespace, host))
}

/** What the endpoints have for the first label that none of them has: ` (version is v1 there)`. */
function othersText(labels: ReadonlyMap<string, string>, endpoints: readonly Endpoint[]): string {
  for (const [key, value] of labels) {
    const values = endpoints.flatMap(({ labels: own }) => own.get(key) ?? [])
    if (!values.includes(value) && values.length > 0) return ` (${clip(key)} is ${clip(listed(values))} there)`
  }
  return ''
}

/** Only for hosts with endpoints: workloads that are not in the input may have any labels. */
export const subsetSelectsNothing: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    for (const rule of facts.registry.snapshot.istio.destinationRules) {
      if (!rule.spec.subsets.some(({ labels }) => labels.size > 0)) continue
      const endpoints = endpointsOf(rule, facts)
      if (endpoints.length === 0) continue
      for (const [index, { name, labels }] of rule.spec.subsets.entries()) {
        if (labels.size === 0 || endpoints.some((endpoint) => selects(labels, endpoint.labels))) continue
        yield {
          message: `the subset ${clip(name)} of ${hostOf(rule)} has no endpoints: none of the workloads has ${labelsText(labels)}${othersText(labels, endpoints)}; requests to it fail with 503`,
          resource: rule,
          location: rule.location.child('spec', 'subsets', index, 'labels'),
        }
      }
    }
  },
}
