/** Pods for workloads without any, made from the workload's template as a cluster would. */
import type { IpFamily } from '../../common/addresses.ts'
import { EMPTY_MAP } from '../../common/collections.ts'
import { ANNOTATIONS, LABELS } from '../../common/istio-names.ts'
import type { Pod, PodController } from '../../kinds/index.ts'
import { POD, type PodSpec } from '../../kinds/kubernetes/pod.ts'
import { type Metadata, Resource } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'
import { injectionOf } from '../injection.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { ownWorkloads, podsByWorkload, workloadsOf } from '../workload-pods.ts'
import { assignAddresses, type Claim, keyIn } from './addresses.ts'
import type { ClusterFamilies } from './families.ts'
import type { UsedAddresses } from './ranges.ts'

type Labels = ReadonlyMap<string, string>

/** The most pods that are assumed for one workload. */
const MOST_REPLICAS = 3
const STATEFUL_SET = 'StatefulSet'
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index'
const DEFAULT_ACCOUNT = 'default'
const GATEWAY_TEMPLATE = 'gateway'
const SIDECAR_TLS_MODE = 'istio'

/** Whether to assume anything for a workload or pod. */
export type IsAsked = (resource: PodController | Pod) => boolean

/** Whether no scheduler or kubelet has handled the pod yet, so it has no address. */
const lacksStatus = ({ status }: Pod): boolean =>
  status.phase === '' && status.podIP === '' && status.podIPs.length === 0 && status.conditions.length === 0

/** The workloads of a cluster that need assumed pods. */
function workloadsWithoutPods(cluster: ClusterObjects, isAsked: IsAsked): readonly PodController[] {
  if (!workloadsOf(cluster).some(isAsked)) return []
  const pods = podsByWorkload(cluster)
  const isWithout = (workload: PodController) => isAsked(workload) && pods.of(workload).length === 0
  return ownWorkloads(cluster).filter((workload) => workload.spec.template?.spec && isWithout(workload))
}

function countOf({ spec }: PodController): number {
  return Math.min(Math.max(spec.replicas ?? spec.parallelism ?? 1, 1), MOST_REPLICAS)
}

/**
 * The labels with those that the injection webhook adds to a pod that gets a sidecar. The gateway template adds no TLS
 * mode.
 */
function injectedLabels(namespace: Labels | undefined, labels: Labels, annotations: Labels, spec: PodSpec): Labels {
  const { wanted } = injectionOf({ labels, annotations, hostNetwork: spec.hostNetwork }, namespace)
  const templates = annotations.get(ANNOTATIONS.injectionTemplates)?.split(',') ?? []
  if (wanted === 'no' || templates.includes(GATEWAY_TEMPLATE) || labels.has(LABELS.tlsMode)) return labels
  return new Map([...labels, [LABELS.tlsMode, SIDECAR_TLS_MODE]])
}

/** A pod to make. */
interface Plan {
  readonly workload: PodController
  readonly name: string
  readonly ordinal: number
}

function plansOf(workload: PodController): readonly Plan[] {
  const { kind, meta, spec } = workload
  const start = spec.ordinals?.start ?? 0
  return Array.from({ length: countOf(workload) }, (_, index) =>
    kind === STATEFUL_SET
      ? { workload, name: `${meta.name}-${start + index}`, ordinal: start + index }
      : { workload, name: `${meta.name}-assumed-${index + 1}`, ordinal: index },
  )
}

function labelsOf({ workload, name, ordinal }: Plan): Labels {
  const labels = workload.spec.template?.metadata?.labels ?? EMPTY_MAP
  if (workload.kind !== STATEFUL_SET) return labels
  return new Map([...labels, [POD_NAME_LABEL, name], [POD_INDEX_LABEL, String(ordinal)]])
}

function metadataOf(plan: Plan, spec: PodSpec, namespace: Labels | undefined): Metadata {
  const { kind, meta, spec: workload } = plan.workload
  const annotations = workload.template?.metadata?.annotations ?? EMPTY_MAP
  return {
    name: plan.name,
    namespace: meta.namespace,
    labels: injectedLabels(namespace, labelsOf(plan), annotations, spec),
    annotations,
    creationTime: meta.creationTime,
    generateName: `${meta.name}-`,
    deleting: false,
    ownerReferences: [{ kind, name: meta.name, controller: true }],
    stored: false,
  }
}

function specOf({ workload, name }: Plan): PodSpec {
  const spec = workload.spec.template?.spec as PodSpec
  const serviceAccountName = spec.serviceAccountName || DEFAULT_ACCOUNT
  if (workload.kind !== STATEFUL_SET) return { ...spec, serviceAccountName }
  return { ...spec, serviceAccountName, hostname: name, subdomain: workload.spec.serviceName }
}

/** The status of a running, ready pod. */
const statusWith = (addresses: readonly string[]): Pod['status'] => ({
  phase: 'Running',
  hostIP: '',
  podIP: addresses[0] ?? '',
  podIPs: addresses.map((ip) => ({ ip })),
  conditions: [{ type: 'Ready', status: 'True' }],
})

function podOf(plan: Plan, addresses: readonly string[], namespace: Labels | undefined): Pod {
  const { cluster, location } = plan.workload
  const spec = specOf(plan)
  const meta = metadataOf(plan, spec, namespace)
  const parts = { kind: POD.kind, apiVersion: 'v1', meta, spec, status: statusWith(addresses), cluster, location }
  return new Resource(parts, unwritten(POD))
}

/** A pod of the input as if it were running. */
function running(pod: Pod, addresses: readonly string[], namespace: Labels | undefined): Pod {
  const { meta, spec } = pod
  return pod.with({
    meta: { ...meta, labels: injectedLabels(namespace, meta.labels, meta.annotations, spec) },
    spec: { ...spec, serviceAccountName: spec.serviceAccountName || DEFAULT_ACCOUNT },
    status: statusWith(addresses),
  })
}

/** What needs addresses in one cluster. */
interface ClusterPlan {
  readonly cluster: ClusterObjects
  readonly families: readonly IpFamily[]
  readonly plans: readonly Plan[]
  readonly waiting: ReadonlySet<Pod>
}

const planKey = ({ workload: { kind, cluster, meta }, ordinal }: Plan): string =>
  keyIn(cluster, meta.namespace, kind, meta.name, String(ordinal))

const podKey = ({ kind, cluster, meta }: Pod): string => keyIn(cluster, meta.namespace, kind, meta.name)

function claimsOf({ plans, waiting, families }: ClusterPlan): readonly Claim[] {
  return [...plans.map(planKey), ...[...waiting].map(podKey)].map((key) => ({ key, families }))
}

/** Clusters whose workloads all have pods. */
export interface WithPods {
  readonly clusters: readonly ClusterObjects[]
  /** Pods that are not in the input. */
  readonly made: ReadonlySet<Pod>
  /** The number of workloads that they belong to. */
  readonly workloads: number
  /** The assumed addresses and their pods. */
  readonly assumed: ReadonlyMap<string, Pod>
}

/** The pods of one cluster with their addresses. */
function podsOf({ cluster, plans, waiting }: ClusterPlan, addresses: ReadonlyMap<string, readonly string[]>) {
  const namespaces = new Map(cluster.namespaces.map(({ meta }) => [meta.name, meta.labels]))
  const of = (key: string): readonly string[] => addresses.get(key) ?? []
  const made = plans.map((plan) => podOf(plan, of(planKey(plan)), namespaces.get(plan.workload.meta.namespace)))
  const stated = cluster.pods.map((pod) =>
    waiting.has(pod) ? running(pod, of(podKey(pod)), namespaces.get(pod.meta.namespace)) : pod,
  )
  return { made, pods: [...stated, ...made] }
}

/**
 * Makes pods for workloads without any. Pods without a status get an address and become ready.
 * @param families by cluster, in the order of the clusters
 */
export function withPods(
  clusters: readonly ClusterObjects[],
  families: readonly ClusterFamilies[],
  isAsked: IsAsked,
  used: () => UsedAddresses,
): WithPods {
  const all = clusters.map((cluster, index): ClusterPlan => {
    const plans = workloadsWithoutPods(cluster, isAsked).flatMap(plansOf)
    const waiting = new Set(cluster.pods.filter((pod) => isAsked(pod) && lacksStatus(pod)))
    return { cluster, plans, waiting, families: families[index]?.all ?? [4] }
  })
  const addresses = assignAddresses(all.flatMap(claimsOf), 'pods', used)
  const made = new Set<Pod>()
  const assumed = new Map<string, Pod>()
  const out = all.map((plan) => {
    const { pods, made: own } = podsOf(plan, addresses)
    for (const pod of own) made.add(pod)
    return { ...plan.cluster, pods }
  })
  const given = new Set([...addresses.values()].flat())
  for (const { pods } of out) {
    for (const pod of pods) for (const { ip } of pod.status.podIPs) if (given.has(ip)) assumed.set(ip, pod)
  }
  const workloads = new Set(all.flatMap(({ plans }) => plans.map(({ workload }) => workload))).size
  return { clusters: out, made, workloads, assumed }
}
