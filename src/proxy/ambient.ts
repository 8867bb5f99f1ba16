/** What belongs to the ambient mesh: namespaces and workloads that have no sidecars. */
import { append, EMPTY_MAP } from '../common/collections.ts'
import { LABELS } from '../common/istio-names.ts'
import { oncePer } from '../common/once.ts'
import type { PodSpec } from '../kinds/kubernetes/pod.ts'
import type { Resource } from '../kinds/resource.ts'
import { injectionOf } from '../resources/injection.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { ownWorkloads, podsByWorkload } from '../resources/workload-pods.ts'
import { isRouter, proxyContainer, statedType } from './sidecar.ts'
import { clusterIndex } from './workloads.ts'

type Labels = ReadonlyMap<string, string>

export interface AmbientMesh {
  /** Namespaces of the config cluster in which no workload has a sidecar. */
  readonly namespaces: ReadonlySet<string>
  /** Workloads without a sidecar in other namespaces, where single pods are part of the ambient mesh. */
  readonly workloads: readonly Resource[]
}

/** A pod, or the template of a workload without pods in the input. */
interface Member {
  readonly resource: Resource
  readonly labels: Labels
  readonly annotations: Labels
  readonly spec: PodSpec | undefined
}

function* membersOf(cluster: ClusterObjects, { assumed }: Snapshot): Iterable<Member> {
  for (const pod of cluster.pods) {
    const { labels, annotations } = pod.meta
    if (!assumed.objects.has(pod)) yield { resource: pod, labels, annotations, spec: pod.spec }
  }
  const pods = podsByWorkload(cluster)
  for (const workload of ownWorkloads(cluster)) {
    const { metadata, spec } = workload.spec.template ?? {}
    const { labels = EMPTY_MAP, annotations = EMPTY_MAP } = metadata ?? {}
    if (pods.of(workload).every((pod) => assumed.objects.has(pod)))
      yield { resource: workload, labels, annotations, spec }
  }
}

/** Whether the proxy of a pod is not a sidecar: a router, a waypoint or ztunnel. */
function hasOtherProxy({ annotations, spec }: Member): boolean {
  const container = spec && proxyContainer(spec)
  const type = statedType(container)
  return (type !== undefined && type !== 'sidecar') || isRouter(container, annotations)
}

/** Whether a pod is part of the ambient mesh and has no sidecar. */
function isAmbient({ labels, annotations, spec }: Member, namespace: Labels | undefined): boolean {
  if (spec && proxyContainer(spec)) return false
  return injectionOf({ labels, annotations, hostNetwork: spec?.hostNetwork ?? false }, namespace).isAmbient
}

/** Whether pods of a namespace without labels of their own are part of the ambient mesh. */
const isAmbientNamespace = (labels: Labels): boolean =>
  injectionOf({ labels: EMPTY_MAP, annotations: EMPTY_MAP, hostNetwork: false }, labels).isAmbient

const NOTHING: AmbientMesh = { namespaces: new Set(), workloads: [] }

/** Whether any label could make something part of the ambient mesh: most meshes have none. */
function hasLabels({ namespaces, pods, deployments, podControllers }: ClusterObjects): boolean {
  const isLabelled = (labels: Labels | undefined): boolean => labels?.has(LABELS.dataplaneMode) ?? false
  return (
    [namespaces, pods].some((list) => list.some(({ meta }) => isLabelled(meta.labels))) ||
    [deployments, podControllers].some((list) => list.some(({ spec }) => isLabelled(spec.template?.metadata?.labels)))
  )
}

/** The ambient mesh of a snapshot, as the labels `istio.io/dataplane-mode` state it. */
export const ambientMesh = oncePer((snapshot: Snapshot): AmbientMesh => {
  const [config] = snapshot.clusters
  if (!hasLabels(config)) return NOTHING
  const { namespaces: labelsOf } = clusterIndex(config)
  const ambient = new Map<string, Resource[]>()
  const others = new Set<string>()
  for (const member of membersOf(config, snapshot)) {
    if (hasOtherProxy(member)) continue
    const { namespace } = member.resource.meta
    if (!isAmbient(member, labelsOf.get(namespace))) others.add(namespace)
    else append(ambient, namespace, member.resource)
  }
  const labelled = [...labelsOf].filter(([, labels]) => isAmbientNamespace(labels)).map(([name]) => name)
  const namespaces = new Set([...labelled, ...ambient.keys()].filter((name) => !others.has(name)))
  const workloads = [...ambient].flatMap(([name, members]) => (namespaces.has(name) ? [] : members))
  return { namespaces, workloads }
})
