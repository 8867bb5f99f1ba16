/** Which namespaces of the input may have clients with a sidecar. */

import { oncePer } from '../../../common/once.ts'
import { ambientMesh } from '../../../proxy/ambient.ts'
import { routersOf } from '../../../proxy/routers.ts'
import type { ClusterObjects, Snapshot } from '../../../resources/snapshot.ts'

/** Namespaces of the cluster itself. */
const OF_THE_CLUSTER: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']

const INJECTION = 'istio-injection'

/** Namespaces whose labels exclude sidecars. */
function* withoutInjection({ namespaces }: ClusterObjects): Iterable<string> {
  for (const { meta } of namespaces) {
    const { labels, name } = meta
    if (labels.get(INJECTION) === 'disabled') yield name
  }
}

function* workloadNamespaces({ pods, deployments, podControllers }: ClusterObjects): Iterable<string> {
  for (const { meta } of [...pods, ...deployments, ...podControllers]) yield meta.namespace
}

/** Namespaces with routers and no other workloads. */
function withRoutersAlone(snapshot: Snapshot): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const cluster of snapshot.clusters) {
    for (const namespace of workloadNamespaces(cluster)) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  }
  for (const { node } of routersOf(snapshot)) {
    const namespace = node.metadata.get('NAMESPACE') ?? ''
    counts.set(namespace, (counts.get(namespace) ?? 0) - 1)
  }
  return new Set([...counts].flatMap(([namespace, others]) => (others <= 0 ? [namespace] : [])))
}

/** Namespaces of the input without sidecars, as far as the input shows it. */
export const namespacesWithoutSidecars = oncePer((snapshot: Snapshot): ReadonlySet<string> => {
  const { clusters, mesh } = snapshot
  const istiod = clusters.map(({ istioNamespace }) => istioNamespace)
  return new Set([
    ...OF_THE_CLUSTER,
    mesh.rootNamespace,
    ...istiod,
    ...clusters.flatMap((cluster) => [...withoutInjection(cluster)]),
    ...ambientMesh(snapshot).namespaces,
    ...withRoutersAlone(snapshot),
  ])
})
