/** The routers of a mesh: workloads that state it, and those that Gateways select. */
import { EMPTY_MAP } from '../common/collections.ts'
import { selectingGateways } from '../derivation/ingress/selecting.ts'
import type { GatewayResource, Pod, PodController } from '../kinds/index.ts'
import type { Container } from '../kinds/kubernetes/pod.ts'
import { selects } from '../kinds/resource.ts'
import { type WorkloadLabels, workloadLabels } from '../registry/labels.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { ownWorkloads, podsByWorkload } from '../resources/workload-pods.ts'
import { GatewaySelectors, type Labels, selectorKey } from './gateway-selectors.ts'
import { gatewayWorkloads } from './gateway-workloads.ts'
import { nodeOfWorkload, type SelectedNode, syntheticNode } from './select.ts'
import { isRouter, proxyContainer, statesType } from './sidecar.ts'
import { type Workload, workloadOfController, workloadOfPod } from './workloads.ts'

/** The parts of a pod, or of a workload's template, that show whether it is a router. */
interface Traits {
  readonly labels: Labels
  readonly annotations: Labels
  readonly container: Container | undefined
}

function traitsOfPod({ meta, spec }: Pod): Traits {
  const { labels, annotations } = meta
  return { labels, annotations, container: proxyContainer(spec) }
}

function traitsOfController({ spec: { template } }: PodController): Traits {
  const { metadata, spec } = template ?? {}
  return {
    labels: metadata?.labels ?? EMPTY_MAP,
    annotations: metadata?.annotations ?? EMPTY_MAP,
    container: spec && proxyContainer(spec),
  }
}

/** A workload whose proxy is known to be a sidecar is not a router, even if Gateways select it. */
function isRouterLike({ labels, annotations, container }: Traits, selectors: GatewaySelectors): boolean {
  return isRouter(container, annotations) || (!statesType(container) && selectors.selectSome(labels))
}

/** The same for all pods of an owner: replicas are listed once. */
function replicaKey({ meta }: Pod): string {
  const owner = meta.ownerReferences.find(({ controller }) => controller) ?? meta.ownerReferences[0]
  return JSON.stringify([meta.namespace, owner ? [owner.kind, owner.name] : meta.name])
}

function* routersOfCluster(
  cluster: ClusterObjects,
  selectors: GatewaySelectors,
  reading: WorkloadLabels,
): Iterable<Workload> {
  const pods = podsByWorkload(cluster)
  const covered = new Set<Pod>()
  for (const controller of ownWorkloads(cluster)) {
    if (!isRouterLike(traitsOfController(controller), selectors)) continue
    for (const pod of pods.of(controller)) covered.add(pod)
    yield workloadOfController(controller, cluster, reading)
  }
  const replicas = new Set<string>()
  for (const pod of cluster.pods) {
    if (covered.has(pod) || !isRouterLike(traitsOfPod(pod), selectors)) continue
    const key = replicaKey(pod)
    if (replicas.has(key)) continue
    replicas.add(key)
    yield workloadOfPod(pod, cluster, reading)
  }
}

/** The routers that istiod would deploy for Gateways of the Gateway API whose pods are not in the input. */
export const deployedRouters = (snapshot: Snapshot): readonly SelectedNode[] =>
  gatewayWorkloads(snapshot)
    .filter(({ hasPod }) => !hasPod)
    .map(({ make }) => nodeOfWorkload(make(), snapshot))

/**
 * The routers among the workloads and Pods of all clusters, each group of replicas once: those whose proxy is one, and
 * those without a known proxy that a Gateway's selector names; then those that istiod would deploy for Gateways.
 */
export function routersOf(snapshot: Snapshot): readonly SelectedNode[] {
  const selectors = new GatewaySelectors(selectingGateways(snapshot))
  const reading = workloadLabels(snapshot.features)
  const stated = snapshot.clusters.flatMap((cluster) =>
    [...routersOfCluster(cluster, selectors, reading)].map((workload) =>
      nodeOfWorkload({ ...workload, router: true }, snapshot),
    ),
  )
  return [...stated, ...deployedRouters(snapshot)]
}

/** The namespace of a gateway with these labels: that of a Service that selects it, otherwise istiod's. */
function namespaceOf(labels: Labels, { clusters: [config], mesh }: Snapshot): string {
  const service = config.services.find(({ spec }) => spec.selector.size > 0 && selects(spec.selector, labels))
  return service?.meta.namespace ?? (mesh.rootNamespace || 'istio-system')
}

function labelText(labels: Labels): string {
  if (labels.size === 0) return 'no labels'
  return `labels ${[...labels].map(([name, value]) => `${name}=${value}`).join(',')}`
}

function assumedRouter(labels: Labels, snapshot: Snapshot): SelectedNode {
  const namespace = namespaceOf(labels, snapshot)
  const { id, metadata, ...node } = syntheticNode(namespace, snapshot)
  return {
    node: {
      ...node,
      id: id.replace(/^sidecar~/, 'router~'),
      metadata: new Map([...metadata, ['LABELS', JSON.stringify(Object.fromEntries(labels))]]),
      description: `assumed router in namespace ${namespace} with ${labelText(labels)}`,
    },
    problems: [],
  }
}

/**
 * The routers of Gateways whose routers are not in the manifests: one for each selector, at least one.
 * @param gateways all of them in a mesh without routers
 */
export function assumedRouters(
  snapshot: Snapshot,
  gateways: readonly GatewayResource[] = selectingGateways(snapshot),
): readonly SelectedNode[] {
  const bySelector = new Map<string, Labels>([['', EMPTY_MAP]])
  for (const { spec } of gateways) bySelector.set(selectorKey(spec.selector), spec.selector)
  // An empty selector also applies to the other routers.
  if (bySelector.size > 1) bySelector.delete('')
  return [...bySelector.values()].map((labels) => assumedRouter(labels, snapshot))
}

/** The Gateways that select none of the routers. @param labels of the routers */
export const unmetGateways = (
  gateways: readonly GatewayResource[],
  labels: readonly Labels[],
): readonly GatewayResource[] => gateways.filter(({ spec }) => !labels.some((each) => selects(spec.selector, each)))
