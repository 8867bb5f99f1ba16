/** Adds what a cluster would add to the objects of the input: addresses of Services, pods of workloads, endpoints. */
import { once } from '../../common/once.ts'
import type { KubeService } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Assumed, ClusterObjects, Snapshot } from '../snapshot.ts'
import { workloadsOf } from '../workload-pods.ts'
import { lacksClusterIp, withClusterIps } from './cluster-ips.ts'
import { familiesOfCluster } from './families.ts'
import { withGateways } from './gateways.ts'
import { assumptionsNote } from './note.ts'
import type { AssumeOptions } from './options.ts'
import { withPods } from './pods.ts'
import { usedAddresses } from './ranges.ts'
import { assumedSlices } from './slices.ts'

/** For a snapshot without assumptions. */
export const NOTHING: Assumed = { addresses: new Map(), objects: new Set() }

/** Whether nothing can be missing, as in a live cluster. */
const isWhole = (cluster: ClusterObjects, isAsked: (resource: Resource) => boolean): boolean =>
  ![cluster.services, cluster.pods, workloadsOf(cluster)].some((list) => list.some(isAsked))

/**
 * Adds what a cluster would add.
 * @param sees whether istiod sees an object; nothing is assumed for objects that it does not see
 * @returns the same snapshot if nothing is missing
 */
export function withAssumptions(
  snapshot: Snapshot,
  { what, ofStored, answered }: AssumeOptions,
  sees: (resource: Resource) => boolean,
): Snapshot {
  const isAsked = (resource: Resource): boolean => (ofStored || !resource.meta.stored) && sees(resource)
  if (what.size === 0) return snapshot
  const gateways = withGateways(snapshot, { what, answered }, isAsked, sees)
  if (gateways.made.length === 0 && snapshot.clusters.every((cluster) => isWhole(cluster, isAsked))) return snapshot
  const families = gateways.clusters.map(familiesOfCluster)
  const used = once(() => usedAddresses(snapshot))
  const lacksIp = (service: KubeService): boolean =>
    what.has('cluster-ips') && isAsked(service) && lacksClusterIp(service)
  const addressed = withClusterIps(gateways.clusters, families, lacksIp, used)
  const populated = withPods(addressed.clusters, families, (item) => what.has('pods') && isAsked(item), used)
  const slices = populated.clusters.map((cluster, index) => {
    const own = families[index]
    return what.has('pods') && own ? assumedSlices(cluster, own, isAsked, populated.made) : []
  })
  const clusters = populated.clusters.map((cluster, index) => ({
    ...cluster,
    endpointSlices: [...cluster.endpointSlices, ...(slices[index] ?? [])],
  }))
  const assumed: Assumed = {
    addresses: new Map<string, Resource>([...addressed.assumed, ...populated.assumed]),
    objects: new Set<Resource>([
      ...gateways.made.map((each) => addressed.replaced.get(each) ?? each),
      ...populated.made,
      ...slices.flat(),
    ]),
  }
  const [config, ...remotes] = clusters
  if (!config) return snapshot
  return {
    ...snapshot,
    clusters: [config, ...remotes],
    assumed,
    problems: [...snapshot.problems, ...assumptionsNote(assumed)],
  }
}
