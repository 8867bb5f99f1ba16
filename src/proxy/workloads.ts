/** Workloads of every kind, reduced to what their proxies depend on. */

import { ipFamily } from '../common/addresses.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import { LABELS } from '../common/istio-names.ts'
import type { KubeNode, Pod, PodController, WorkloadEntryResource, WorkloadGroupResource } from '../kinds/index.ts'
import type { Container } from '../kinds/kubernetes/pod.ts'
import { describeResource } from '../kinds/resource.ts'
import type { WorkloadLabels } from '../registry/labels.ts'
import { localityOfPod } from '../registry/workloads.ts'
import { SYNTHETIC_IP } from '../resources/assumed/ranges.ts'
import type { ClusterObjects } from '../resources/snapshot.ts'
import { podsByWorkload } from '../resources/workload-pods.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import {
  environmentOf,
  type InjectedSettings,
  injectedSettings,
  isInjected,
  isRouter,
  metadataOfEnv,
  proxyContainer,
  statedType,
  statesType,
} from './sidecar.ts'

/** The parts of a workload of any kind that its proxy depends on. */
export interface Workload {
  readonly kind: string
  /** Of the pod, where there is one. */
  readonly name: string
  /**
   * The name by which `--proxy` finds the workload; a Deployment with pods has its own name here, not that of a pod.
   */
  readonly ownName: string
  readonly namespace: string
  readonly clusterId: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly ips: readonly string[]
  readonly serviceAccount: string
  readonly locality: string
  readonly network: string
  readonly router: boolean
  /** Its proxy type is not stated: a Gateway that selects it makes it a router. */
  readonly typeUnknown: boolean
  /** Node metadata from its container. */
  readonly metadata: ReadonlyMap<string, string>
  /** Settings of an already injected proxy, which states its own type. */
  readonly injected: InjectedSettings | undefined
  readonly location: Location
  /** `Pod default/web-1` */
  readonly description: string
  /** Messages for when it is chosen. */
  readonly problems: readonly SourceProblem[]
}

/** What all workloads of one cluster share, looked up once. */
export interface ClusterIndex {
  readonly cluster: ClusterObjects
  readonly nodes: ReadonlyMap<string, KubeNode>
  /** Labels of the namespaces by name. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The network label of istiod's namespace, or ''. */
  readonly network: string
}

const known = new WeakMap<ClusterObjects, ClusterIndex>()

export function clusterIndex(cluster: ClusterObjects): ClusterIndex {
  const found = known.get(cluster)
  if (found) return found
  const namespaces = new Map(cluster.namespaces.map(({ meta }) => [meta.name, meta.labels]))
  const index = {
    cluster,
    nodes: new Map(cluster.nodes.map((node) => [node.meta.name, node])),
    namespaces,
    network: namespaces.get(cluster.istioNamespace)?.get(LABELS.network) ?? '',
  }
  known.set(cluster, index)
  return index
}

function ipsOfPod(pod: Pod): readonly string[] {
  const ips = pod.status.podIPs.map((item) => item.ip).filter((ip) => ipFamily(ip) !== 0)
  if (ips.length > 0) return ips
  return ipFamily(pod.status.podIP) !== 0 ? [pod.status.podIP] : [SYNTHETIC_IP]
}

const note = (message: string, hint?: string): SourceProblem => ({ severity: 'note', message, ...(hint && { hint }) })

function problemsOfPod(pod: Pod, container: Container | undefined): readonly SourceProblem[] {
  const name = describeResource(pod)
  const type = statedType(container)
  if (type === 'waypoint' || type === 'ztunnel') {
    return [{ severity: 'warning', message: `not modelled: the ${type} of ${name}, which is treated as a sidecar` }]
  }
  if (container || !pod.meta.stored) return []
  return [note(`${name} has no sidecar: this is what it would receive`, 'vipctl proxies lists the existing proxies')]
}

/** An injected pod is described by its container, any other by what injection would write. */
export function workloadOfPod(pod: Pod, cluster: ClusterObjects, reading: WorkloadLabels): Workload {
  const { nodes, network } = clusterIndex(cluster)
  const { labels, annotations, name, namespace } = pod.meta
  const container = proxyContainer(pod.spec)
  const injected = isInjected(container, annotations) ? injectedSettings(pod, container) : undefined
  return {
    kind: 'Pod',
    name,
    ownName: name,
    namespace,
    clusterId: cluster.id,
    labels,
    annotations,
    ips: ipsOfPod(pod),
    serviceAccount: pod.spec.serviceAccountName || 'default',
    locality: localityOfPod(pod, nodes, reading),
    network: injected ? '' : labels.get(LABELS.network) || network,
    router: isRouter(container, annotations),
    typeUnknown: !statesType(container),
    metadata: injected?.metadata ?? metadataOfEnv(environmentOf(container, pod)),
    injected,
    location: pod.location,
    description: describeResource(pod),
    problems: [...problemsOfPod(pod, container), ...(injected?.problems ?? [])],
  }
}

function workloadOfTemplate(controller: PodController, cluster: ClusterObjects, reading: WorkloadLabels): Workload {
  const { template } = controller.spec
  const labels = template?.metadata?.labels ?? EMPTY_MAP
  const annotations = template?.metadata?.annotations ?? EMPTY_MAP
  const container = template?.spec && proxyContainer(template.spec)
  return {
    kind: controller.kind,
    name: controller.meta.name,
    ownName: controller.meta.name,
    namespace: controller.meta.namespace,
    clusterId: cluster.id,
    labels,
    annotations,
    ips: [SYNTHETIC_IP],
    serviceAccount: template?.spec?.serviceAccountName || 'default',
    locality: reading.localityOf(labels),
    network: labels.get(LABELS.network) || clusterIndex(cluster).network,
    router: isRouter(container, annotations),
    typeUnknown: !statesType(container),
    metadata: metadataOfEnv(environmentOf(container, undefined)),
    injected: undefined,
    location: controller.location,
    description: describeResource(controller),
    problems: [],
  }
}

export function workloadOfEntry(entry: WorkloadEntryResource, cluster: ClusterObjects): Workload {
  const { spec, meta } = entry
  return {
    kind: 'WorkloadEntry',
    name: meta.name,
    ownName: meta.name,
    namespace: meta.namespace,
    clusterId: cluster.id,
    labels: new Map([...spec.labels, ...meta.labels]),
    annotations: meta.annotations,
    ips: [ipFamily(spec.address) !== 0 ? spec.address : SYNTHETIC_IP],
    serviceAccount: spec.serviceAccount || 'default',
    locality: spec.locality,
    network: spec.network,
    router: false,
    typeUnknown: false,
    metadata: EMPTY_MAP,
    injected: undefined,
    location: entry.location,
    description: describeResource(entry),
    problems: [],
  }
}

export function workloadOfGroup(group: WorkloadGroupResource, cluster: ClusterObjects): Workload {
  const { spec, meta } = group
  const template = spec.template
  return {
    kind: 'WorkloadGroup',
    name: meta.name,
    ownName: meta.name,
    namespace: meta.namespace,
    clusterId: cluster.id,
    labels: new Map([...(template?.labels ?? []), ...(spec.metadata?.labels ?? [])]),
    annotations: new Map(spec.metadata?.annotations ?? []),
    ips: [SYNTHETIC_IP],
    serviceAccount: template?.serviceAccount || 'default',
    locality: template?.locality ?? '',
    network: template?.network ?? '',
    router: false,
    typeUnknown: false,
    metadata: EMPTY_MAP,
    injected: undefined,
    location: group.location,
    description: describeResource(group),
    problems: [],
  }
}

/** The workload of its first pod, preferably one with a sidecar; without pods, that of its template. */
export function workloadOfController(
  controller: PodController,
  cluster: ClusterObjects,
  reading: WorkloadLabels,
): Workload {
  const pods = podsByWorkload(cluster).of(controller)
  const pod = pods.find(({ spec }) => proxyContainer(spec)) ?? pods[0]
  if (!pod) return workloadOfTemplate(controller, cluster, reading)
  // An assumed pod has the location of its workload, and its name adds no information.
  const isAssumed = pod.location === controller.location
  const own = describeResource(controller)
  return {
    ...workloadOfPod(pod, cluster, reading),
    kind: controller.kind,
    ownName: controller.meta.name,
    description: isAssumed ? own : `${own} (${describeResource(pod)})`,
  }
}
