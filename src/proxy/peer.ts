/** The proxy of a workload that another proxy connects to. */
import { LABELS } from '../common/istio-names.ts'
import { selectingGateways } from '../derivation/ingress/selecting.ts'
import type { Pod, WorkloadEntryResource } from '../kinds/index.ts'
import { workloadLabels } from '../registry/labels.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { GatewaySelectors } from './gateway-selectors.ts'
import type { Node } from './node.ts'
import { nodeOfWorkload } from './select.ts'
import { proxyContainer } from './sidecar.ts'
import { workloadOfEntry, workloadOfPod } from './workloads.ts'

/** The label that injection adds for a sidecar that accepts the mesh's TLS. */
const MESH_TLS = 'istio'

/** @returns undefined for a pod without a proxy, as far as the input shows */
export function nodeOfPod(pod: Pod, cluster: ClusterObjects, snapshot: Snapshot): Node | undefined {
  const workload = workloadOfPod(pod, cluster, workloadLabels(snapshot.features))
  const selected = workload.typeUnknown && new GatewaySelectors(selectingGateways(snapshot)).selectSome(pod.meta.labels)
  const router = workload.router || selected
  const isSidecar = proxyContainer(pod.spec) !== undefined || pod.meta.labels.get(LABELS.tlsMode) === MESH_TLS
  return router || isSidecar ? nodeOfWorkload({ ...workload, router }, snapshot).node : undefined
}

/** @returns undefined for a machine that does not take part in the mesh's TLS, which shows that it has no proxy */
export function nodeOfEntry(
  entry: WorkloadEntryResource,
  cluster: ClusterObjects,
  snapshot: Snapshot,
): Node | undefined {
  const { labels, serviceAccount } = entry.spec
  const mode = entry.meta.labels.get(LABELS.tlsMode) ?? labels.get(LABELS.tlsMode)
  if ((mode ?? (serviceAccount ? MESH_TLS : '')) !== MESH_TLS) return undefined
  return nodeOfWorkload(workloadOfEntry(entry, cluster), snapshot).node
}
