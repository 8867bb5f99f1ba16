/** Finds the proxy that a user means and says what its node would be: a Pod, a workload of another kind, or none. */
import { ipFamily } from '../addresses.ts'
import { nearestAll } from '../nearest.ts'
import { localityOfLabels, NETWORK_LABEL } from '../registry/labels.ts'
import { localityOfPod } from '../registry/workloads.ts'
import { ProxyConfig } from '../resources/istio/mesh-config.ts'
import type { Deployment, Pod, WorkloadEntryResource, WorkloadGroupResource } from '../resources/kinds.ts'
import type { Container } from '../resources/kubernetes.ts'
import { mergeProxyConfig } from '../resources/mesh.ts'
import { describeResource } from '../resources/resource.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { ProxyError } from './error.ts'
import { GatewaySelectors } from './gateway-selectors.ts'
import type { Node } from './node.ts'

/** A node together with what is to be said about how it was found. */
export interface SelectedNode {
  readonly node: Node
  readonly problems: readonly SourceProblem[]
}

const META_PREFIX = 'ISTIO_META_'
const CONFIG_ANNOTATION = 'proxy.istio.io/config'
const PROXY_CONTAINER = 'istio-proxy'
const TEMPLATES_ANNOTATION = 'inject.istio.io/templates'

/** An address for a proxy that has none: from the range for benchmarks (RFC 2544), which no mesh uses. */
const SYNTHETIC_IP = '198.18.255.254'

/** A workload of any kind, as far as its proxy depends on it. */
export interface Workload {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly clusterId: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly ips: readonly string[]
  readonly serviceAccount: string
  readonly locality: string
  readonly network: string
  readonly router: boolean
  /** It does not say what its proxy is: a Gateway that selects it makes it a router. */
  readonly typeUnknown: boolean
  readonly env: ReadonlyMap<string, string>
  readonly location: Location
  /** `Pod default/web-1` */
  readonly description: string
}

export const proxyContainer = (containers: readonly Container[]): Container | undefined =>
  containers.find((container) => container.name === PROXY_CONTAINER)

/** Settings of an injected sidecar: they were written when the pod was made and decide over everything else. */
function metadataOfEnv(env: ReadonlyMap<string, string>): Map<string, string> {
  const out = new Map<string, string>()
  for (const [name, value] of env) if (name.startsWith(META_PREFIX)) out.set(name.slice(META_PREFIX.length), value)
  return out
}

function envOf(container: Container | undefined): ReadonlyMap<string, string> {
  return new Map((container?.env ?? []).filter((item) => item.value !== '').map((item) => [item.name, item.value]))
}

/** Whether the arguments of a proxy say what it is. */
export const statesType = (container: Container | undefined): boolean => (container?.args.length ?? 0) > 0

/** Whether the proxy of a pod says that it is a router; annotations count where its arguments are not known. */
export function isRouter(container: Container | undefined, annotations: ReadonlyMap<string, string>): boolean {
  if (container && statesType(container)) return container.args[1] === 'router'
  return annotations.get(TEMPLATES_ANNOTATION)?.split(',').includes('gateway') ?? false
}

/** The network that injection gives a pod: its own label, else its cluster's. */
function networkOf(labels: ReadonlyMap<string, string>, cluster: ClusterObjects): string {
  const system = cluster.namespaces.find((namespace) => namespace.meta.name === 'istio-system')
  return labels.get(NETWORK_LABEL) || system?.meta.labels.get(NETWORK_LABEL) || ''
}

function ipsOfPod(pod: Pod): readonly string[] {
  const ips = pod.status.podIPs.map((item) => item.ip).filter((ip) => ipFamily(ip) !== 0)
  if (ips.length > 0) return ips
  return ipFamily(pod.status.podIP) !== 0 ? [pod.status.podIP] : [SYNTHETIC_IP]
}

export function workloadOfPod(pod: Pod, cluster: ClusterObjects): Workload {
  const container = proxyContainer([...pod.spec.containers, ...pod.spec.initContainers])
  return {
    kind: 'Pod',
    name: pod.meta.name,
    namespace: pod.meta.namespace,
    clusterId: cluster.id,
    labels: pod.meta.labels,
    annotations: pod.meta.annotations,
    ips: ipsOfPod(pod),
    serviceAccount: pod.spec.serviceAccountName || 'default',
    locality: localityOfPod(pod, new Map(cluster.nodes.map((node) => [node.meta.name, node]))),
    network: networkOf(pod.meta.labels, cluster),
    router: isRouter(container, pod.meta.annotations),
    typeUnknown: !statesType(container),
    env: envOf(container),
    location: pod.location,
    description: describeResource(pod),
  }
}

function workloadOfTemplate(deployment: Deployment, cluster: ClusterObjects): Workload {
  const { template } = deployment.spec
  const labels = template?.metadata?.labels ?? new Map<string, string>()
  const annotations = template?.metadata?.annotations ?? new Map<string, string>()
  const containers = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])]
  return {
    kind: 'Deployment',
    name: deployment.meta.name,
    namespace: deployment.meta.namespace,
    clusterId: cluster.id,
    labels,
    annotations,
    ips: [SYNTHETIC_IP],
    serviceAccount: template?.spec?.serviceAccountName || 'default',
    locality: localityOfLabels(labels),
    network: networkOf(labels, cluster),
    router: isRouter(proxyContainer(containers), annotations),
    typeUnknown: !statesType(proxyContainer(containers)),
    env: envOf(proxyContainer(containers)),
    location: deployment.location,
    description: describeResource(deployment),
  }
}

function workloadOfEntry(entry: WorkloadEntryResource, cluster: ClusterObjects): Workload {
  const { spec, meta } = entry
  const labels = new Map([...spec.labels, ...meta.labels])
  return {
    kind: 'WorkloadEntry',
    name: meta.name,
    namespace: meta.namespace,
    clusterId: cluster.id,
    labels,
    annotations: meta.annotations,
    ips: [ipFamily(spec.address) !== 0 ? spec.address : SYNTHETIC_IP],
    serviceAccount: spec.serviceAccount || 'default',
    locality: spec.locality,
    network: spec.network,
    router: false,
    typeUnknown: false,
    env: new Map(),
    location: entry.location,
    description: describeResource(entry),
  }
}

function workloadOfGroup(group: WorkloadGroupResource, cluster: ClusterObjects): Workload {
  const { spec, meta } = group
  const template = spec.template
  return {
    kind: 'WorkloadGroup',
    name: meta.name,
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
    env: new Map(),
    location: group.location,
    description: describeResource(group),
  }
}

/** A Deployment's first pod stands for it; without pods in the input, its template does. */
export function workloadOfDeployment(deployment: Deployment, cluster: ClusterObjects): Workload {
  const selector = deployment.spec.selector?.matchLabels
  const pod = cluster.pods.find(
    (candidate) =>
      candidate.meta.namespace === deployment.meta.namespace &&
      selector !== undefined &&
      selector.size > 0 &&
      [...selector].every(([key, value]) => candidate.meta.labels.get(key) === value),
  )
  if (!pod) return workloadOfTemplate(deployment, cluster)
  return {
    ...workloadOfPod(pod, cluster),
    kind: 'Deployment',
    description: `${describeResource(deployment)} (${describeResource(pod)})`,
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['pod', 'Pod'],
  ['pods', 'Pod'],
  ['po', 'Pod'],
  ['deployment', 'Deployment'],
  ['deployments', 'Deployment'],
  ['deploy', 'Deployment'],
  ['workloadentry', 'WorkloadEntry'],
  ['workloadentries', 'WorkloadEntry'],
  ['we', 'WorkloadEntry'],
  ['workloadgroup', 'WorkloadGroup'],
  ['workloadgroups', 'WorkloadGroup'],
  ['wg', 'WorkloadGroup'],
])

interface Wanted {
  readonly kind: string | undefined
  /** What stands after the slash, which may hold `.NAMESPACE`. */
  readonly name: string
}

function parseWanted(text: string): Wanted {
  const slash = text.indexOf('/')
  if (slash < 0) return { kind: undefined, name: text }
  const type = text.slice(0, slash).toLowerCase()
  const kind = TYPES.get(type)
  if (!kind) {
    const [close] = nearestAll(type, TYPES.keys(), 1)
    throw new ProxyError(
      `${JSON.stringify(text.slice(0, slash))} is no type of proxy`,
      close ? `did you mean ${close}/?` : 'use pod/, deployment/, workloadentry/ or workloadgroup/',
    )
  }
  return { kind, name: text.slice(slash + 1) }
}

interface Candidate {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly make: () => Workload
}

function* candidates(snapshot: Snapshot): Iterable<Candidate> {
  const candidate = (
    kind: string,
    meta: { readonly name: string; readonly namespace: string },
    make: () => Workload,
  ) => ({
    kind,
    name: meta.name,
    namespace: meta.namespace,
    make,
  })
  const [config] = snapshot.clusters
  for (const cluster of snapshot.clusters) {
    for (const pod of cluster.pods) yield candidate('Pod', pod.meta, () => workloadOfPod(pod, cluster))
    for (const item of cluster.deployments) {
      yield candidate('Deployment', item.meta, () => workloadOfDeployment(item, cluster))
    }
  }
  for (const entry of snapshot.istio.workloadEntries) {
    yield candidate('WorkloadEntry', entry.meta, () => workloadOfEntry(entry, config))
  }
  for (const group of snapshot.istio.workloadGroups) {
    yield candidate('WorkloadGroup', group.meta, () => workloadOfGroup(group, config))
  }
}

/** `NAME.NAMESPACE` as istioctl takes it; names may hold dots, so the namespace is what is left of a whole match. */
function isWanted(candidate: Candidate, wanted: Wanted, namespace: string): boolean {
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
  const few =
    names.length > 0
      ? `the input has ${names.slice(0, 5).join(', ')}`
      : 'the input has no Pod, Deployment, WorkloadEntry or WorkloadGroup'
  throw new ProxyError(
    `no proxy ${JSON.stringify(text)} in namespace ${namespace}`,
    close.length > 0 ? `did you mean ${close.join(' or ')}?` : few,
  )
}

/** Metadata from a ProxyConfig's proxyMetadata: `ISTIO_META_X` becomes X. */
const metadataOfConfig = (config: ProxyConfig): Map<string, string> => metadataOfEnv(config.proxyMetadata)

/** What injection writes: the mesh's own ID, else its trust domain. */
const meshIdOf = (config: ProxyConfig, { mesh }: Snapshot): string => config.meshId || mesh.trustDomain

export function nodeOfWorkload(workload: Workload, snapshot: Snapshot): SelectedNode {
  const base = snapshot.mesh.defaultConfig ?? ProxyConfig.zero
  const annotation = workload.annotations.get(CONFIG_ANNOTATION) ?? ''
  const place = workload.location.child('metadata', 'annotations', CONFIG_ANNOTATION)
  const { config, problems } = mergeProxyConfig(base, annotation, place)
  const metadata = new Map([
    ['NAMESPACE', workload.namespace],
    ['CLUSTER_ID', workload.clusterId],
    ['SERVICE_ACCOUNT', workload.serviceAccount],
    ['LABELS', JSON.stringify(Object.fromEntries(workload.labels))],
    ['INSTANCE_IPS', workload.ips.join(',')],
    ['MESH_ID', meshIdOf(config, snapshot)],
    ...(workload.network ? [['NETWORK', workload.network] as const] : []),
    ...metadataOfConfig(config),
    ...metadataOfEnv(workload.env),
  ])
  const type = workload.router ? 'router' : 'sidecar'
  const { name, namespace, ips, description, location } = workload
  const id = `${type}~${ips[0]}~${name}.${namespace}~${namespace}.svc.cluster.local`
  return {
    node: { id, metadata, locality: workload.locality, config, description: `${type} of ${description}`, location },
    problems,
  }
}

/** A sidecar that nothing in the input describes, with the mesh's own settings. */
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
    id: `sidecar~${SYNTHETIC_IP}~synthetic.${namespace}~${namespace}.svc.cluster.local`,
    metadata,
    locality: '',
    description: `synthetic sidecar in namespace ${namespace}`,
  }
}

/**
 * @param text `[TYPE/]NAME[.NAMESPACE]`
 * @param namespace for a name without one
 * @throws ProxyError when there is none of that name, with the nearest ones
 */
export function selectNode(text: string, namespace: string, snapshot: Snapshot): SelectedNode {
  const workload = findWorkload(text, namespace, snapshot)
  const { router, typeUnknown, labels } = workload
  const selected = typeUnknown && new GatewaySelectors(snapshot.istio.gateways).selectSome(labels)
  return nodeOfWorkload({ ...workload, router: router || selected }, snapshot)
}
