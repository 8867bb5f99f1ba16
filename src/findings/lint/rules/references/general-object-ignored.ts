import { attachmentOf, policiesByNamespace } from '../../../../envoy/policy/attachment.ts'
import { describeResource, type Resource } from '../../../../kinds/resource.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** The objects of a kind that are for all workloads of their namespace, oldest first in each. */
function* generalLists({ istio }: Snapshot): Iterable<readonly Resource[]> {
  for (const telemetries of policiesByNamespace(istio.telemetries).values()) {
    yield telemetries.filter(({ spec }) => {
      const { labels, targets } = attachmentOf(spec)
      return labels.size === 0 && targets.length === 0
    })
  }
  for (const configs of policiesByNamespace(istio.proxyConfigs).values()) {
    yield configs.filter(({ spec }) => spec.selector === undefined)
  }
}

/** istiod takes the oldest one for a whole namespace and ignores the others. */
export const generalObjectIgnored: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const [oldest, ...ignored] of generalLists(registry.snapshot)) {
      for (const resource of ignored) {
        const message = `istiod ignores it: ${describeResource(oldest as Resource)} is older and is also for all workloads of the namespace`
        yield { message, resource, location: resource.location.child('metadata', 'name') }
      }
    }
  },
}
