/** Finds the proxy that a user names, and its node: a Pod, a workload of another kind, or a synthetic one. */
import { namespaceDomain } from '../common/cluster-domain.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import { nearestAll } from '../common/nearest.ts'
import { selectingGateways } from '../derivation/ingress/selecting.ts'
import type { Pod } from '../kinds/index.ts'
import { workloadLabels } from '../registry/labels.ts'
import { SYNTHETIC_IP } from '../resources/assumed/ranges.ts'
import { injectionOf } from '../resources/injection.ts'
import { type MergedProxyConfig, mergeProxyConfig } from '../resources/mesh/mesh.ts'
import { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { workloadsOf } from '../resources/workload-pods.ts'
import type { SourceProblem } from '../sources/document.ts'
import { ProxyError } from './error.ts'
import { GatewaySelectors } from './gateway-selectors.ts'
import { gatewayWorkloads } from './gateway-workloads.ts'
import type { Node } from './node.ts'
import { withGeneralObjects, withSelectingObject } from './proxy-configs.ts'
import { revisionOfInjection } from './revision.ts'
import { metadataOfEnv } from './sidecar.ts'
import {
  clusterIndex,
  type Workload,
  workloadOfController,
  workloadOfEntry,
  workloadOfGroup,
  workloadOfPod,
} from './workloads.ts'

/** A node, with messages about how it was found. */
export interface SelectedNode {
  readonly node: Node
  readonly problems: readonly SourceProblem[]
  /** The revision of istiod, or revision tag, that it belongs to; undefined when nothing states one. */
  readonly revision?: string | undefined
  /** `NAME.NAMESPACE` of its workload and of its pod; undefined for a node that is not a workload of the input. */
  readonly workloads?: readonly string[] | undefined
}

/** The names of each kind that `--proxy` accepts, as in kubectl and istioctl. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  Pod: ['pod', 'pods', 'po'],
  Deployment: ['deployment', 'deployments', 'deploy'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  ReplicaSet: ['replicaset', 'replicasets', 'rs'],
  Job: ['job', 'jobs'],
  CronJob: ['cronjob', 'cronjobs', 'cj'],
  Rollout: ['rollout', 'rollouts', 'ro'],
  WorkloadEntry: ['workloadentry', 'workloadentries', 'we'],
  WorkloadGroup: ['workloadgroup', 'workloadgroups', 'wg'],
  Gateway: ['gateway', 'gateways', 'gtw'],
}

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
)

/** The kind in `[[CLUSTER/]TYPE/]NAME[.NAMESPACE]`; undefined if there is none or it is unknown. */
export function statedKind(text: string): string | undefined {
  const type = text.split('/').at(-2)
  return type === undefined ? undefined : TYPES.get(type.toLowerCase())
}

interface Wanted {
  /** A cluster's ID, when given to distinguish equal names. */
  readonly cluster: string | undefined
  readonly kind: string | undefined
  /** The text after the slash, which may end in `.NAMESPACE`. */
  readonly name: string
}

function kindOf(text: string): string {
  const type = text.toLowerCase()
  const kind = TYPES.get(type)
  if (kind) return kind
  const [close] = nearestAll(type, TYPES.keys(), 1)
  throw new ProxyError(
    `${JSON.stringify(text)} is not a type of proxy`,
    close
      ? `did you mean ${close}/?`
      : `use ${Object.values(NAMES)
          .map(([name]) => `${name}/`)
          .join(', ')}`,
  )
}

/** Cluster IDs may contain slashes; types and names do not. */
function parseWanted(text: string): Wanted {
  const parts = text.split('/')
  const name = parts.pop() ?? ''
  const type = parts.pop()
  return {
    cluster: parts.length > 0 ? parts.join('/') : undefined,
    kind: type === undefined ? undefined : kindOf(type),
    name,
  }
}

interface Candidate {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly cluster: string
  readonly make: () => Workload
}

function* candidates(snapshot: Snapshot): Iterable<Candidate> {
  const candidate = (
    kind: string,
    { name, namespace }: { readonly name: string; readonly namespace: string },
    { id }: ClusterObjects,
    make: () => Workload,
  ): Candidate => ({ kind, name, namespace, cluster: id, make })
  const [config] = snapshot.clusters
  const reading = workloadLabels(snapshot.features)
  const { objects: assumed } = snapshot.assumed
  const assumedWorkload = (pod: Pod, cluster: ClusterObjects): Workload => {
    const workload = workloadOfPod(pod, cluster, reading)
    return { ...workload, description: `assumed ${workload.description}` }
  }
  for (const cluster of snapshot.clusters) {
    for (const pod of cluster.pods) {
      if (!assumed.has(pod)) yield candidate('Pod', pod.meta, cluster, () => workloadOfPod(pod, cluster, reading))
    }
    for (const item of workloadsOf(cluster)) {
      yield candidate(item.kind, item.meta, cluster, () => workloadOfController(item, cluster, reading))
    }
  }
  for (const entry of snapshot.istio.workloadEntries) {
    yield candidate('WorkloadEntry', entry.meta, config, () => workloadOfEntry(entry, config))
  }
  for (const group of snapshot.istio.workloadGroups) {
    yield candidate('WorkloadGroup', group.meta, config, () => workloadOfGroup(group, config))
  }
  for (const { gateway, make } of gatewayWorkloads(snapshot)) yield candidate('Gateway', gateway.meta, config, make)
  for (const cluster of snapshot.clusters) {
    for (const pod of cluster.pods) {
      if (assumed.has(pod)) yield candidate('Pod', pod.meta, cluster, () => assumedWorkload(pod, cluster))
    }
  }
}

/** `NAME.NAMESPACE` as in istioctl. Names may contain dots, so a candidate's full name is compared. */
function isWanted(candidate: Candidate, wanted: Wanted, namespace: string): boolean {
  if (wanted.cluster !== undefined && wanted.cluster !== candidate.cluster) return false
  if (wanted.kind !== undefined && wanted.kind !== candidate.kind) return false
  if (wanted.name === `${candidate.name}.${candidate.namespace}`) return true
  return wanted.name === candidate.name && candidate.namespace === namespace
}

function findWorkload(text: string, namespace: string, snapshot: Snapshot): Workload {
  const wanted = parseWanted(text)
  const names: string[] = []
  for (const candidate of candidates(snapshot)) {
    if (isWanted(candidate, wanted, namespace)) return candidate.make()
    names.push(`${candidate.name}.${candidate.namespace}`)
  }
  const wholeName = wanted.name.includes('.') ? wanted.name : `${wanted.name}.${namespace}`
  const close = nearestAll(wholeName, names)
  const few = names.length > 0 ? `the input has ${names.slice(0, 5).join(', ')}` : 'the input has no workload'
  throw new ProxyError(
    `no proxy ${JSON.stringify(text)} in namespace ${namespace}`,
    close.length > 0 ? `did you mean ${close.join(' or ')}?` : few,
  )
}

/** Metadata from a ProxyConfig's proxyMetadata: `ISTIO_META_X` becomes X. */
const metadataOfConfig = (config: ProxyConfig): Map<string, string> => metadataOfEnv(config.proxyMetadata)

/** As injection sets it: the mesh's own ID, otherwise its trust domain. */
const meshIdOf = (config: ProxyConfig, { mesh }: Snapshot): string => config.meshId || mesh.trustDomain

/**
 * The proxy configuration of a workload: the injected one with its annotation, otherwise what injection makes of the
 * mesh's, ProxyConfigs and the annotation.
 */
function configOf(workload: Workload, snapshot: Snapshot): MergedProxyConfig {
  const { injected, namespace, labels } = workload
  if (injected?.config) return withAnnotation(injected.config, workload, snapshot)
  const general = withGeneralObjects(snapshot.mesh.defaultConfig ?? ProxyConfig.zero, snapshot, namespace)
  const { config, problems } = withAnnotation(general, workload, snapshot)
  return { config: withSelectingObject(config, snapshot, namespace, labels), problems }
}

function withAnnotation(base: ProxyConfig, workload: Workload, snapshot: Snapshot): MergedProxyConfig {
  const annotation = workload.annotations.get(ANNOTATIONS.proxyConfig) ?? ''
  const location = workload.location.child('metadata', 'annotations', ANNOTATIONS.proxyConfig)
  return mergeProxyConfig(base, annotation, location, snapshot.features)
}

/** How injection lets the pod's connections reach the proxy, unless they are redirected. */
function interceptionOf({ annotations }: Workload, config: ProxyConfig): readonly (readonly [string, string])[] {
  const mode = annotations.get(ANNOTATIONS.interceptionMode) || config.interceptionMode
  return mode === 'NONE' || mode === 'TPROXY' ? [['INTERCEPTION_MODE', mode]] : []
}

export function nodeOfWorkload(workload: Workload, snapshot: Snapshot): SelectedNode {
  const { config, problems } = configOf(workload, snapshot)
  const metadata = new Map([
    ['NAMESPACE', workload.namespace],
    ['CLUSTER_ID', workload.clusterId],
    ['SERVICE_ACCOUNT', workload.serviceAccount],
    ['LABELS', JSON.stringify(Object.fromEntries(workload.labels))],
    ['INSTANCE_IPS', workload.ips.join(',')],
    ['MESH_ID', meshIdOf(config, snapshot)],
    ...(workload.network ? [['NETWORK', workload.network] as const] : []),
    ...interceptionOf(workload, config),
    ...metadataOfConfig(config),
    ...workload.metadata,
  ])
  const type = workload.router ? 'router' : 'sidecar'
  const { name, ownName, namespace, ips, description, location, injected } = workload
  const id = `${type}~${ips[0]}~${name}.${namespace}~${injected?.domain ?? namespaceDomain(namespace)}`
  return {
    node: { id, metadata, locality: workload.locality, config, description: `${type} of ${description}`, location },
    problems: [...workload.problems, ...problems],
    revision: injected?.revision ?? revisionOfInjection(workload, snapshot),
    workloads: [ownName, name].map((each) => `${each}.${namespace}`),
  }
}

/** A sidecar that is not in the input, with the mesh's own settings. */
export function syntheticNode(namespace: string, snapshot: Snapshot): Node {
  const config = snapshot.mesh.defaultConfig ?? ProxyConfig.zero
  const metadata = new Map([
    ['NAMESPACE', namespace],
    ['CLUSTER_ID', snapshot.clusters[0].id],
    ['SERVICE_ACCOUNT', 'default'],
    ['INSTANCE_IPS', SYNTHETIC_IP],
    ['MESH_ID', meshIdOf(config, snapshot)],
    ...metadataOfConfig(config),
  ])
  return {
    id: `sidecar~${SYNTHETIC_IP}~synthetic.${namespace}~${namespaceDomain(namespace)}`,
    metadata,
    locality: '',
    description: `synthetic sidecar in namespace ${namespace}`,
  }
}

/** A note for a workload of the ambient mesh, which has no sidecar. */
function ambientProblems(workload: Workload, { clusters }: Snapshot): readonly SourceProblem[] {
  const { clusterId, namespace, labels, annotations, injected, router, description } = workload
  const cluster = clusters.find(({ id }) => id === clusterId) ?? clusters[0]
  const namespaceLabels = clusterIndex(cluster).namespaces.get(namespace)
  if (injected || router || !injectionOf({ labels, annotations, hostNetwork: false }, namespaceLabels).isAmbient)
    return []
  const message = `${description} is part of the ambient mesh and has no sidecar: this is what one would receive`
  return [{ severity: 'note', message }]
}

/**
 * @param text `[[CLUSTER/]TYPE/]NAME[.NAMESPACE]`
 * @param namespace for a name without one
 * @throws ProxyError when there is no such workload; suggests similar names
 */
export function selectNode(text: string, namespace: string, snapshot: Snapshot): SelectedNode {
  const workload = findWorkload(text, namespace, snapshot)
  const { router, typeUnknown, labels } = workload
  const selected = typeUnknown && new GatewaySelectors(selectingGateways(snapshot)).selectSome(labels)
  const problems = [...workload.problems, ...ambientProblems(workload, snapshot)]
  return nodeOfWorkload({ ...workload, problems, router: router || selected }, snapshot)
}
