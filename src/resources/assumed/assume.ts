/** Adds what a cluster would add to the objects of the input: addresses of Services, pods of workloads, endpoints. */
import { keepingEach } from '../../common/memory.ts'
import { once } from '../../common/once.ts'
import type { KubeService, ServiceEntryResource } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { type Assumed, type ClusterObjects, listsBesidesEntries, type Snapshot } from '../snapshot.ts'
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

/** What a cluster would add, and the note about it. */
interface Completion {
  readonly clusters: Snapshot['clusters']
  readonly assumed: Assumed
  readonly note: readonly SourceProblem[]
}

/** What decides what a cluster would add. */
type Stated = Pick<Snapshot, 'clusters' | 'istio' | 'meshNetworks' | 'features' | 'revision'>

/** @returns undefined if nothing is missing */
function completionOf(
  snapshot: Stated,
  { what, ofStored, answered }: AssumeOptions,
  sees: (resource: Resource) => boolean,
): Completion | undefined {
  const isAsked = (resource: Resource): boolean => (ofStored || !resource.meta.stored) && sees(resource)
  const gateways = withGateways(snapshot, { what, answered }, isAsked, sees)
  if (gateways.made.length === 0 && snapshot.clusters.every((cluster) => isWhole(cluster, isAsked))) return undefined
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
  return config && { clusters: [config, ...remotes], assumed, note: assumptionsNote(assumed) }
}

/** The addresses that an entry states, as one text: with a memory, those of unchanged entries are the same. */
const addressesOfEntries = keepingEach(({ spec, status }: ServiceEntryResource): string =>
  [
    ...spec.addresses,
    ...spec.endpoints.map(({ address }) => address),
    ...status.addresses.map(({ value }) => value),
  ].join(' '),
)

/** The same with a memory, which keeps it while nothing changes but other parts of ServiceEntries. */
function keptCompletion(
  snapshot: Snapshot,
  options: AssumeOptions,
  sees: (resource: Resource) => boolean,
): Completion | undefined {
  const { memory, features, istio, revision } = snapshot
  const compute = () => completionOf(snapshot, options, sees)
  if (!memory) return compute()
  const { what, ofStored, answered } = options
  const addresses = addressesOfEntries(memory, '', istio.serviceEntries, [])
  // Namespaces and the settings of the mesh decide what istiod sees.
  const inputs = [[...what], ofStored, answered, revision, addresses, ...listsBesidesEntries(snapshot)]
  return memory.recall(completionOf, features, inputs, compute)
}

/**
 * Adds what a cluster would add.
 * @param sees whether istiod sees an object; nothing is assumed for objects that it does not see
 * @returns the same snapshot if nothing is missing
 */
export function withAssumptions(
  snapshot: Snapshot,
  options: AssumeOptions,
  sees: (resource: Resource) => boolean,
): Snapshot {
  const completion = options.what.size === 0 ? undefined : keptCompletion(snapshot, options, sees)
  if (!completion) return snapshot
  const { clusters, assumed, note } = completion
  return { ...snapshot, clusters, assumed, problems: [...snapshot.problems, ...note] }
}
