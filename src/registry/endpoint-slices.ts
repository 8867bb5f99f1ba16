/** EndpointSlices to endpoints (pilot/pkg/serviceregistry/kube/controller/endpointslice.go, endpoint_builder.go). */

import { serviceHost } from '../common/cluster-domain.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import { LABELS } from '../common/istio-names.ts'
import type { EndpointSlice, KubeNode, Pod } from '../kinds/index.ts'
import type { SliceEndpoint } from '../kinds/kubernetes/endpoint-slice.ts'
import type { ClusterObjects } from '../resources/snapshot.ts'
import type { Endpoint, Health } from './endpoint.ts'
import type { Service } from './service.ts'
import { bindEndpoint, endpointOfPod, isServing, type MeshContext, type WorkloadEndpoint } from './workloads.ts'

const PERSISTENT_SESSION = [LABELS.persistentSession, LABELS.persistentSessionHeader] as const

/** A cluster's pods and nodes, indexed by how slices refer to them. */
export interface PodIndex {
  readonly nodes: ReadonlyMap<string, KubeNode>
  readonly byName: ReadonlyMap<string, Pod>
  /** Serving pods by their first IP. */
  readonly servingByIp: ReadonlyMap<string, Pod>
}

const podKey = (namespace: string, name: string): string => `${namespace}/${name}`

export function indexPods(cluster: ClusterObjects): PodIndex {
  const byName = new Map<string, Pod>()
  const servingByIp = new Map<string, Pod>()
  for (const pod of cluster.pods) {
    if (pod.status.phase !== 'Failed') byName.set(podKey(pod.meta.namespace, pod.meta.name), pod)
    if (isServing(pod) && !servingByIp.has(pod.status.podIP)) servingByIp.set(pod.status.podIP, pod)
  }
  return { nodes: new Map(cluster.nodes.map((node) => [node.meta.name, node])), byName, servingByIp }
}

/** The host of a slice; undefined when istiod ignores the slice. */
export function hostOfSlice(slice: EndpointSlice): string | undefined {
  const name = slice.meta.labels.get(LABELS.serviceName)
  if (!name || slice.spec.addressType === 'FQDN' || slice.meta.labels.has(LABELS.multiclusterServiceName))
    return undefined
  return serviceHost(name, slice.meta.namespace)
}

const orTrue = (value: boolean | undefined): boolean => value ?? true

function healthOf(endpoint: SliceEndpoint, service: Service | undefined): Health {
  const { ready, serving, terminating } = endpoint.conditions ?? {}
  if (orTrue(ready)) return 'HEALTHY'
  const persistent = service && PERSISTENT_SESSION.some((label) => service.labels.get(label))
  if (persistent && orTrue(serving) && orTrue(terminating)) return 'DRAINING'
  return service && orTrue(terminating) ? 'TERMINATING' : 'UNHEALTHY'
}

/** The pod at an address: undefined when there is none, null when the slice refers to a missing pod. */
function podOf(endpoint: SliceEndpoint, address: string, slice: EndpointSlice, pods: PodIndex): Pod | undefined | null {
  const { targetRef } = endpoint
  if (targetRef?.kind === 'Pod') {
    return pods.byName.get(podKey(targetRef.namespace || slice.meta.namespace, targetRef.name)) ?? null
  }
  const pod = pods.servingByIp.get(address)
  return pod && pod.meta.namespace === slice.meta.namespace ? pod : undefined
}

/** An address without a pod has no identity, labels or locality. */
function anonymousEndpoint(
  address: string,
  slice: EndpointSlice,
  clusterId: string,
  context: MeshContext,
): WorkloadEndpoint {
  const network = context.networks.networkOf(clusterId, '', address)
  return {
    addresses: [address],
    labels: context.labels.augment(EMPTY_MAP, { clusterId, network, locality: '', nodeName: '' }),
    serviceAccount: '',
    network,
    locality: '',
    clusterId,
    weight: 0,
    tlsMode: 'disabled',
    namespace: '',
    workloadName: '',
    hostname: '',
    subdomain: '',
    health: 'HEALTHY',
    nodeName: '',
    location: slice.location,
  }
}

interface SliceContext extends MeshContext {
  readonly clusterId: string
  readonly pods: PodIndex
}

/** All IPs of the pod, when pod and Service both have two; null when the IPv6 slice repeats the IPv4 one. */
function dualStackAddresses(
  pod: Pod | undefined,
  endpoint: SliceEndpoint,
  slice: EndpointSlice,
  service: Service | undefined,
  context: SliceContext,
): readonly string[] | undefined | null {
  const vips = service?.clusterVIPs.get(context.clusterId)
  if (!context.dualStack || !pod || endpoint.targetRef?.kind !== 'Pod') return undefined
  if (pod.status.podIPs.length < 2 || (vips?.length ?? 0) < 2) return undefined
  return slice.spec.addressType === 'IPv6' ? null : pod.status.podIPs.map((entry) => entry.ip)
}

function workloadAt(
  endpoint: SliceEndpoint,
  address: string,
  slice: EndpointSlice,
  service: Service | undefined,
  context: SliceContext,
): WorkloadEndpoint | undefined {
  const pod = podOf(endpoint, address, slice, context.pods)
  if (pod === null) return undefined
  const all = dualStackAddresses(pod, endpoint, slice, service, context)
  if (all === null) return undefined
  const base = pod
    ? endpointOfPod(pod, context.clusterId, context.pods.nodes, context, address)
    : anonymousEndpoint(address, slice, context.clusterId, context)
  return { ...base, addresses: all ?? [address], health: healthOf(endpoint, service) }
}

/** The endpoints of one slice, in order: its endpoints, their addresses, the slice's ports. */
export function endpointsOfSlice(
  slice: EndpointSlice,
  service: Service | undefined,
  context: SliceContext,
): Endpoint[] {
  const out: Endpoint[] = []
  for (const endpoint of slice.spec.endpoints) {
    for (const address of endpoint.addresses) {
      const workload = workloadAt(endpoint, address, slice, service, context)
      if (!workload) continue
      for (const port of slice.spec.ports) out.push(bindEndpoint(workload, port.port ?? 0, port.name ?? '', undefined))
    }
  }
  return out
}

/** Keeps the first endpoint of each address and port name. */
export function withoutRepeats(endpoints: readonly Endpoint[]): Endpoint[] {
  const seen = new Set<string>()
  return endpoints.filter((endpoint) => {
    const key = `${endpoint.addresses[0]}\n${endpoint.servicePortName}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
