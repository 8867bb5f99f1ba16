/** The proxies of a mesh: sidecars and routers in pods, those that injection would add to manifests, and machines. */

import { compareBytes } from '../common/bytes.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import { ANNOTATIONS, LABELS } from '../common/istio-names.ts'
import { selectingGateways } from '../derivation/ingress/selecting.ts'
import type { Pod, PodController, WorkloadEntryResource } from '../kinds/index.ts'
import { type WorkloadLabels, workloadLabels } from '../registry/labels.ts'
import { type NetworkResolver, networkResolver } from '../registry/networks.ts'
import { SYNTHETIC_IP } from '../resources/assumed/ranges.ts'
import { type Injection, injectionOf } from '../resources/injection.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { ownWorkloads, podsByWorkload } from '../resources/workload-pods.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { GatewaySelectors } from './gateway-selectors.ts'
import { booleanOf } from './metadata.ts'
import { nodeOfWorkload } from './select.ts'
import { type ContainerType, injectedRevision, proxyContainer, statedType } from './sidecar.ts'
import { clusterIndex, type Workload, workloadOfController, workloadOfEntry, workloadOfPod } from './workloads.ts'

/**
 * The evidence for a proxy: its container exists, the labels of its pod or namespace ask for it, a machine has
 * registered with istiod, or nothing says whether it exists.
 */
export type Evidence = 'container' | 'labels' | 'registered' | 'assumed'

export interface ListedProxy {
  /** The value for `--proxy`. */
  readonly reference: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly clusterId: string
  readonly type: 'sidecar' | 'router'
  readonly dnsCapture: boolean
  readonly dnsAutoAllocate: boolean
  /** '' for the unnamed network. */
  readonly network: string
  readonly revision: string
  /** Empty when it has no IP yet. */
  readonly ips: readonly string[]
  /** The input does not state the addresses. */
  readonly ipsAssumed: boolean
  readonly serviceAccount: string
  readonly evidence: Evidence
  readonly location: Location
}

export interface ProxyList {
  /** By cluster, namespace and name; those of pods first. */
  readonly proxies: readonly ListedProxy[]
  /** Running pods that lack the sidecar that injection should have added. */
  readonly missing: readonly Pod[]
  /** Running pods that should not have a sidecar. */
  readonly without: readonly Pod[]
  /** Waypoints and ztunnels, which are not modelled. */
  readonly ambient: readonly Pod[]
  readonly problems: readonly SourceProblem[]
}

const AMBIENT_TYPES: ReadonlySet<ContainerType | undefined> = new Set(['waypoint', 'ztunnel'])
const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed'])

interface Evident {
  readonly evidence: Evidence
  readonly revision: string
}

class Lister {
  readonly proxies: ListedProxy[] = []
  readonly missing: Pod[] = []
  readonly without: Pod[] = []
  readonly ambient: Pod[] = []
  readonly problems: SourceProblem[] = []
  readonly #snapshot: Snapshot
  readonly #selectors: GatewaySelectors
  readonly #networks: NetworkResolver
  readonly #labels: WorkloadLabels

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#selectors = new GatewaySelectors(selectingGateways(snapshot))
    this.#networks = networkResolver(snapshot.clusters, snapshot.meshNetworks)
    this.#labels = workloadLabels(snapshot.features)
  }

  addCluster(cluster: ClusterObjects): void {
    const { objects: assumed } = this.#snapshot.assumed
    for (const pod of cluster.pods) if (!assumed.has(pod)) this.#addPod(pod, cluster)
    const pods = podsByWorkload(cluster)
    for (const workload of ownWorkloads(cluster)) {
      const own = pods.of(workload)
      // A stored workload without pods is scaled to zero.
      const isListed = own.length > 0 ? own.every((pod) => assumed.has(pod)) : !workload.meta.stored
      if (isListed) this.#addController(workload, cluster)
    }
  }

  addEntry(entry: WorkloadEntryResource, cluster: ClusterObjects): void {
    const registered = entry.meta.annotations.has(ANNOTATIONS.autoRegistrationGroup)
    const revision = entry.meta.labels.get(LABELS.revision) || 'default'
    this.#add(workloadOfEntry(entry, cluster), cluster, { evidence: registered ? 'registered' : 'assumed', revision })
  }

  #addPod(pod: Pod, cluster: ClusterObjects): void {
    const container = proxyContainer(pod.spec)
    if (ENDED.has(pod.status.phase)) return
    if (AMBIENT_TYPES.has(statedType(container))) {
      this.ambient.push(pod)
      return
    }
    const namespace = clusterIndex(cluster).namespaces.get(pod.meta.namespace)
    const { labels, annotations } = pod.meta
    const injection = injectionOf({ labels, annotations, hostNetwork: pod.spec.hostNetwork }, namespace)
    if (container) {
      const revision = injectedRevision(pod) ?? injection.revision
      this.#add(workloadOfPod(pod, cluster, this.#labels), cluster, { evidence: 'container', revision })
    } else if (pod.meta.stored) {
      const isAmbient = (labels.get(LABELS.dataplaneMode) ?? namespace?.get(LABELS.dataplaneMode)) === 'ambient'
      const list = injection.wanted === 'yes' && !isAmbient ? this.missing : this.without
      list.push(pod)
    } else if (injection.wanted !== 'no')
      this.#add(workloadOfPod(pod, cluster, this.#labels), cluster, evidenceOf(injection))
  }

  #addController(controller: PodController, cluster: ClusterObjects): void {
    const { metadata, spec } = controller.spec.template ?? {}
    const container = spec && proxyContainer(spec)
    const labels = metadata?.labels ?? EMPTY_MAP
    const annotations = metadata?.annotations ?? EMPTY_MAP
    const namespace = clusterIndex(cluster).namespaces.get(controller.meta.namespace)
    const injection = injectionOf({ labels, annotations, hostNetwork: spec?.hostNetwork ?? false }, namespace)
    if (AMBIENT_TYPES.has(statedType(container)) || (!container && injection.wanted === 'no')) return
    const evidence = container
      ? { evidence: 'container' as const, revision: injection.revision }
      : evidenceOf(injection)
    this.#add(workloadOfController(controller, cluster, this.#labels), cluster, evidence)
  }

  #add(workload: Workload, cluster: ClusterObjects, { evidence, revision }: Evident): void {
    const { kind, ownName, namespace, clusterId, labels, ips, location, typeUnknown } = workload
    // No API server accepts such a name, and no reference has it.
    if (ownName.includes('/') || namespace.includes('/')) return
    const router = workload.router || (typeUnknown && this.#selectors.selectSome(labels))
    const { node, problems } = nodeOfWorkload({ ...workload, router }, this.#snapshot)
    const { metadata } = node
    this.problems.push(...problems)
    this.proxies.push({
      reference: referenceOf(workload, cluster, this.#snapshot),
      kind,
      name: ownName,
      namespace,
      clusterId,
      type: router ? 'router' : 'sidecar',
      dnsCapture: booleanOf(metadata, 'DNS_CAPTURE'),
      dnsAutoAllocate: booleanOf(metadata, 'DNS_AUTO_ALLOCATE'),
      network: this.#networkOf(workload, metadata.get('NETWORK') ?? ''),
      revision,
      ips: ips.filter((ip) => ip !== SYNTHETIC_IP),
      ipsAssumed: ips.some((ip) => this.#snapshot.assumed.addresses.has(ip)),
      serviceAccount: metadata.get('SERVICE_ACCOUNT') ?? '',
      evidence,
      location,
    })
  }

  /** The network of a pod in the registry, otherwise the one that the proxy states. */
  #networkOf({ kind, clusterId, labels, ips }: Workload, stated: string): string {
    if (kind !== 'Pod') return stated
    return this.#networks.networkOf(clusterId, labels.get(LABELS.network) ?? '', ips[0] ?? '') || stated
  }
}

const evidenceOf = ({ wanted, revision }: Injection): Evident => ({
  evidence: wanted === 'yes' ? 'labels' : 'assumed',
  revision,
})

/** The shortest text that names only this workload. */
function referenceOf({ kind, ownName, namespace }: Workload, cluster: ClusterObjects, { clusters }: Snapshot): string {
  const whole = `${ownName}.${namespace}`
  if (cluster !== clusters[0]) return `${cluster.id}/${kind.toLowerCase()}/${whole}`
  return kind === 'Pod' ? whole : `${kind.toLowerCase()}/${whole}`
}

const byPlace = (a: ListedProxy, b: ListedProxy): number =>
  compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name)

/** Lists the proxies of all clusters. Never throws on the input. */
export function listProxies(snapshot: Snapshot): ProxyList {
  const lister = new Lister(snapshot)
  const [config] = snapshot.clusters
  for (const cluster of snapshot.clusters) lister.addCluster(cluster)
  for (const entry of snapshot.istio.workloadEntries) lister.addEntry(entry, config)
  const rank = new Map(snapshot.clusters.map(({ id }, index) => [id, index]))
  const rankOf = ({ clusterId }: ListedProxy): number => rank.get(clusterId) ?? 0
  const { missing, without, ambient, problems } = lister
  const proxies = lister.proxies.sort((a, b) => rankOf(a) - rankOf(b) || byPlace(a, b))
  return { proxies, missing, without, ambient, problems }
}
