/** An Envoy node to a proxy (pilot/pkg/model/context.go, pkg/model/proxy.go, pilot/pkg/xds/ads.go). */

import { ipFamily } from '../common/addresses.ts'
import { LABELS } from '../common/istio-names.ts'
import type { Pod } from '../kinds/index.ts'
import { DecodeContext } from '../kinds/schema/index.ts'
import { localityOfTopologyLabels, type Topology, type WorkloadLabels, workloadLabels } from '../registry/labels.ts'
import { networkResolver } from '../registry/networks.ts'
import { isServing, localityOfPod } from '../registry/workloads.ts'
import { type IstioVersion, MASTER, parseIstioVersion } from '../releases/version.ts'
import { asRead } from '../resources/mesh/known-fields.ts'
import { overlayProxyConfig } from '../resources/mesh/merge.ts'
import { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import type { JsonValue } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { ProxyError } from './error.ts'
import { booleanOf, checkMetadata, labelsOf, type Metadata, objectOf, parseMetadata } from './metadata.ts'
import type { IpMode, Proxy } from './proxy.ts'
import { serviceClusterOf } from './service-cluster.ts'

/** What a proxy sends about itself when it connects. */
export interface Node {
  /** `TYPE~IP~NAME.NAMESPACE~DOMAIN` */
  readonly id: string
  readonly metadata: Metadata
  /** The cluster that it says it belongs to; undefined for the one that the agent makes of the rest. */
  readonly serviceCluster?: string
  /** region/zone/subzone, or ''. */
  readonly locality: string
  /** Its ProxyConfig, if a Pod annotates one; otherwise the mesh's default applies. */
  readonly config?: ProxyConfig
  /** Search domains of the resolver; undefined for those of Kubernetes. */
  readonly search?: readonly string[]
  readonly description: string
  readonly location?: Location
}

interface NodeId {
  readonly type: 'sidecar' | 'router'
  readonly ip: string
  readonly id: string
  readonly dnsDomain: string
}

const ID_HINT = 'an id is TYPE~IP~NAME.NAMESPACE~NAMESPACE.svc.cluster.local, TYPE sidecar or router'

function parseId(text: string): NodeId {
  const parts = text.split('~')
  const [type, ip, id, dnsDomain] = parts
  if (parts.length !== 4 || ip === undefined || id === undefined || dnsDomain === undefined) {
    throw new ProxyError(`node id ${JSON.stringify(text.slice(0, 120))} does not have four parts`, ID_HINT)
  }
  if (type !== 'sidecar' && type !== 'router') {
    throw new ProxyError(`node type ${JSON.stringify(type?.slice(0, 40))} is not modelled`, ID_HINT)
  }
  return { type, ip, id, dnsDomain }
}

function parseLocality(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ProxyError('locality must be a mapping of region, zone and subZone')
  const part = (...names: string[]): string => {
    const found = names
      .map((name) => (Object.hasOwn(value, name) ? value[name] : undefined))
      .find((item) => item != null)
    if (found !== undefined && typeof found !== 'string') throw new ProxyError(`locality.${names[0]} must be a string`)
    return (found as string | undefined) ?? ''
  }
  const parts = [part('region'), part('zone'), part('subZone', 'sub_zone')]
  while (parts.at(-1) === '') parts.pop()
  return parts.join('/')
}

/**
 * Reads a node file: `{id, metadata, locality}`, and optionally `search`, the resolver's search domains.
 * @throws ProxyError when it is not a node
 */
export function parseNode(value: JsonValue, description: string): Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProxyError(`${description} is not an Envoy node`, 'a node is a mapping with id, metadata and locality')
  }
  const field = (name: string): JsonValue | undefined => (Object.hasOwn(value, name) ? value[name] : undefined)
  const id = field('id')
  if (typeof id !== 'string') throw new ProxyError(`${description} is not an Envoy node: it has no id`, ID_HINT)
  const search = field('search')
  const serviceCluster = field('cluster') ?? ''
  if (typeof serviceCluster !== 'string') throw new ProxyError('cluster must be a string')
  if (search !== undefined && !(Array.isArray(search) && search.every((item) => typeof item === 'string'))) {
    throw new ProxyError('search must be a list of domains')
  }
  parseId(id)
  return {
    id,
    metadata: parseMetadata(field('metadata') ?? {}),
    serviceCluster,
    locality: parseLocality(field('locality')),
    ...(search !== undefined && { search: search as string[] }),
    description,
  }
}

function addressesOf(node: NodeId, metadata: Metadata): readonly string[] {
  const stated = (metadata.get('INSTANCE_IPS') ?? '').split(',')
  if (stated.every((ip) => ipFamily(ip) !== 0)) return stated
  if (ipFamily(node.ip) === 0)
    throw new ProxyError(`the node has no valid IP address: ${JSON.stringify(node.ip.slice(0, 60))}`, ID_HINT)
  return [node.ip]
}

function ipModeOf(ips: readonly string[]): IpMode {
  const families = new Set(ips.map(ipFamily))
  if (families.size > 1) return 'Dual'
  return families.has(6) ? 'IPv6' : 'IPv4'
}

function namespaceOf(node: NodeId, metadata: Metadata): string {
  const dot = node.dnsDomain.indexOf('.')
  return metadata.get('NAMESPACE') || (dot < 0 ? '' : node.dnsDomain.slice(0, dot))
}

/** Kubelet's order in resolv.conf: the proxy's domain, then the domain without the namespace, then without `svc`. */
function defaultSearch(domain: string, namespace: string): readonly string[] {
  const cut = (prefix: string): string => (domain.startsWith(prefix) ? domain.slice(prefix.length) : domain)
  return [...new Set([domain, cut(`${namespace}.`), cut(`${namespace}.svc.`)])].filter((item) => item !== '')
}

function clusterOf(snapshot: Snapshot, id: string): ClusterObjects | undefined {
  return id === '' ? snapshot.clusters[0] : snapshot.clusters.find((cluster) => cluster.id === id)
}

/** The serving pod at an address; if there are several, the first in the namespace. */
function podAt(cluster: ClusterObjects | undefined, address: string | undefined, namespace: string): Pod | undefined {
  const pods = cluster?.pods.filter((pod) => pod.status.podIP === address && isServing(pod)) ?? []
  return pods.length > 1 ? pods.find((pod) => pod.meta.namespace === namespace) : pods[0]
}

function podOf(cluster: ClusterObjects | undefined, id: string, namespace: string): Pod | undefined {
  return cluster?.pods.find(
    (pod) => pod.meta.namespace === namespace && `${pod.meta.name}.${pod.meta.namespace}` === id,
  )
}

/** The pod's labels over those that the proxy was started with; without a pod, those that the proxy states. */
function proxyLabels(pod: Pod | undefined, metadata: Metadata): ReadonlyMap<string, string> {
  if (!pod) return labelsOf(metadata, 'LABELS')
  return new Map([...labelsOf(metadata, 'STATIC_LABELS'), ...pod.meta.labels])
}

/** The locality of the proxy's pod in the registry, '' if unknown. */
function podLocality(pod: Pod | undefined, cluster: ClusterObjects | undefined, reading: WorkloadLabels): string {
  return pod ? localityOfPod(pod, new Map(cluster?.nodes.map((item) => [item.meta.name, item])), reading) : ''
}

/** The network label: that of the pod in the registry, otherwise the one that the proxy states. */
function networkLabel(pod: Pod | undefined, cluster: ClusterObjects | undefined, stated: string, snapshot: Snapshot) {
  if (!pod || !cluster) return stated
  const own = pod.meta.labels.get(LABELS.network) ?? ''
  const { networkOf } = networkResolver(snapshot.clusters, snapshot.meshNetworks)
  return networkOf(cluster.id, own, pod.status.podIP) || stated
}

interface Placed {
  readonly pod: Pod | undefined
  readonly cluster: ClusterObjects | undefined
  readonly clusterId: string
  readonly locality: string
  readonly metadata: Metadata
}

/** What istiod adds to the proxy's labels (GetProxyWorkloadLabels, setTopologyLabels). */
function topologyOf(placed: Placed, registered: string, snapshot: Snapshot): Topology {
  const { pod, cluster, clusterId, locality, metadata } = placed
  const network = metadata.get('NETWORK') ?? ''
  const nodeName = metadata.get('NODE_NAME') ?? ''
  if (snapshot.features.has('own-network-label')) {
    return { clusterId, locality, nodeName, network: networkLabel(pod, cluster, network, snapshot) }
  }
  // Older releases use the registry only for pods whose locality it knows, or whose node the proxy does not state.
  const podNode = nodeName === '' ? (pod?.spec.nodeName ?? '') : ''
  const known = registered !== '' || podNode !== ''
  return {
    clusterId,
    locality,
    nodeName: nodeName || podNode,
    network: network || (known ? (cluster?.network ?? '') : ''),
  }
}

/** The registry overrides what the proxy states. */
function localityOf(
  node: Node,
  labels: ReadonlyMap<string, string>,
  registered: string,
  reading: WorkloadLabels,
): string {
  return registered || localityOfTopologyLabels(labels) || reading.localityOf(labels) || node.locality
}

function versionOf(metadata: Metadata): IstioVersion {
  return parseIstioVersion(metadata.get('ISTIO_VERSION') ?? '') ?? MASTER
}

function interceptionModeOf(metadata: Metadata): Proxy['interceptionMode'] {
  const mode = metadata.get('INTERCEPTION_MODE')
  return mode === 'NONE' || mode === 'TPROXY' ? mode : 'REDIRECT'
}

/** A proxy sends all of its configuration or none, so the mesh's default is not merged (ProxyConfigOrDefault). */
function configOf(node: Node, snapshot: Snapshot): ProxyConfig {
  const base = node.config ?? snapshot.mesh.defaultConfig ?? ProxyConfig.zero
  const own = objectOf(node.metadata, 'PROXY_CONFIG')
  if (!own) return base
  const context = new DecodeContext()
  const config = overlayProxyConfig(ProxyConfig.zero, own, context)
  const [error] = context.errors
  if (error) throw new ProxyError(`metadata PROXY_CONFIG.${error.path.join('.')} ${error.message}`, error.hint)
  return asRead(ProxyConfig, config, snapshot.features).value
}

/** @throws ProxyError when the ID, an address or a boolean is invalid */
export function buildProxy(node: Node, snapshot: Snapshot): Proxy {
  const { metadata } = node
  checkMetadata(metadata)
  const parsed = parseId(node.id)
  const clusterId = metadata.get('CLUSTER_ID') ?? ''
  const namespace = namespaceOf(parsed, metadata)
  const cluster = clusterOf(snapshot, clusterId)
  const ips = addressesOf(parsed, metadata)
  const { features } = snapshot
  const named = podOf(cluster, parsed.id, namespace)
  const pod = named ?? (features.has('pods-by-address') ? podAt(cluster, ips[0], namespace) : undefined)
  const ownLabels = proxyLabels(pod, metadata)
  const reading = workloadLabels(features)
  const config = configOf(node, snapshot)
  const registered = podLocality(pod, cluster, reading)
  const locality = localityOf(node, ownLabels, registered, reading)
  return {
    type: parsed.type,
    nodeId: node.id,
    id: parsed.id,
    namespace,
    dnsDomain: parsed.dnsDomain,
    ips,
    ipMode: ipModeOf(ips),
    clusterId: clusterId || snapshot.clusters[0].id,
    network: metadata.get('NETWORK') ?? '',
    labels: reading.augment(
      ownLabels,
      topologyOf({ pod, cluster, clusterId, locality, metadata }, registered, snapshot),
    ),
    locality,
    serviceAccount: metadata.get('SERVICE_ACCOUNT') ?? '',
    version: versionOf(metadata),
    dnsCapture: booleanOf(metadata, 'DNS_CAPTURE'),
    dnsAutoAllocate: booleanOf(metadata, 'DNS_AUTO_ALLOCATE'),
    interceptionMode: interceptionModeOf(metadata),
    metadata,
    config,
    serviceCluster: node.serviceCluster ?? serviceClusterOf(config, { labels: ownLabels, metadata, namespace }),
    search: node.search ?? defaultSearch(parsed.dnsDomain, namespace),
    pod,
    description: node.description,
    location: node.location,
  }
}
