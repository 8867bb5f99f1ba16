/** Endpoints by namespace and host, computed on first use and cached. */

import { compareBytes } from '../common/bytes.ts'
import { appendAll } from '../common/collections.ts'
import type { EndpointSlice, ServiceEntryResource } from '../kinds/index.ts'
import type { ClusterObjects } from '../resources/snapshot.ts'
import type { Endpoint, Shard, Workload } from './endpoint.ts'
import { endpointsOfSlice, hostOfSlice, indexPods, type PodIndex, withoutRepeats } from './endpoint-slices.ts'
import { entryEndpoints } from './entry-endpoints.ts'
import { HostMap, pushTo } from './host-map.ts'
import type { ExternalService, Service } from './service.ts'
import type { WorkloadIndex } from './workload-index.ts'
import { bindEndpoint, type MeshContext } from './workloads.ts'

const NONE: readonly Shard[] = []
const NO_SLICES: readonly EndpointSlice[] = []

/** The Kubernetes endpoints of one cluster. */
export interface ClusterEndpoints {
  readonly cluster: ClusterObjects
  readonly services: HostMap<Service>
  readonly slices: HostMap<readonly EndpointSlice[]>
  readonly pods: PodIndex
}

export function clusterEndpoints(cluster: ClusterObjects, services: readonly Service[]): ClusterEndpoints {
  const slices = new HostMap<EndpointSlice[]>()
  for (const slice of cluster.endpointSlices) {
    const host = hostOfSlice(slice)
    if (host !== undefined) pushTo(slices, slice.meta.namespace, host, slice)
  }
  const byHost = new HostMap<Service>()
  for (const service of services) byHost.set(service.namespace, service.hostname, service)
  return { cluster, services: byHost, slices, pods: indexPods(cluster) }
}

/** The WorkloadEntry's port for a Service port; undefined when the entry has no port of that name. */
export function targetPortAt(
  workload: Workload,
  port: { readonly name: string; readonly port: number; readonly targetPort: number | string | undefined },
): number | undefined {
  const { targetPort } = port
  if (typeof targetPort === 'string') return workload.ports.get(targetPort)
  if (targetPort !== undefined && targetPort > 0) return workload.ports.get(port.name) || targetPort
  return port.port
}

/** WorkloadEntries that a Service of the config cluster selects (kube/controller serviceInstancesFromWorkloadInstances). */
function selectedEndpoints(service: Service, workloads: WorkloadIndex): Endpoint[] {
  if (service.resolution !== 'ClientSideLB' || !service.selector?.size || service.kubernetes === undefined) return []
  const ports = service.source.spec.ports as readonly {
    name: string
    port: number
    targetPort: number | string | undefined
  }[]
  const out: Endpoint[] = []
  for (const workload of workloads.select(service.namespace, service.selector)) {
    if (workload.kind !== 'WorkloadEntry' || workload.dnsOnly) continue
    for (const port of ports) {
      const number = targetPortAt(workload, port)
      if (number !== undefined) out.push(bindEndpoint(workload.endpoint, number, port.name, port.port))
    }
  }
  return out
}

/** A DNS_ROUND_ROBIN entry adds at most one endpoint per port, and none if the port already has one. */
function appendRoundRobin(out: Endpoint[], endpoints: readonly Endpoint[]): void {
  const taken = new Set(out.map((endpoint) => endpoint.servicePortNumber))
  for (const endpoint of endpoints) {
    if (taken.has(endpoint.servicePortNumber)) continue
    taken.add(endpoint.servicePortNumber)
    out.push(endpoint)
  }
}

export interface ShardSource {
  readonly clusters: readonly ClusterEndpoints[]
  /** Services of ServiceEntries, in the order in which their endpoints are collected. */
  entryServicesOf(namespace: string, host: string): readonly ExternalService[]
  readonly workloads: WorkloadIndex
  readonly configClusterId: string
  readonly context: MeshContext
}

function externalShard(namespace: string, host: string, source: ShardSource): Shard | undefined {
  const services = source.entryServicesOf(namespace, host)
  const endpoints: Endpoint[] = []
  const byEntry = new Map<ServiceEntryResource, (service: Service) => readonly Endpoint[]>()
  for (const service of services) {
    const entry = service.source
    let endpointsOf = byEntry.get(entry)
    if (!endpointsOf) {
      endpointsOf = entryEndpoints(entry, services, source.configClusterId, source.workloads, source.context)
      byEntry.set(entry, endpointsOf)
    }
    const found = endpointsOf(service)
    if (service.resolution === 'DNSRoundRobinLB') appendRoundRobin(endpoints, found)
    else for (const endpoint of found) endpoints.push(endpoint)
  }
  if (endpoints.length === 0) return undefined
  // Copied because a growing list allocates room for 17 items, and most have one or two.
  return { provider: 'External', clusterId: source.configClusterId, endpoints: endpoints.slice() }
}

function kubernetesShard(
  namespace: string,
  host: string,
  cluster: ClusterEndpoints,
  source: ShardSource,
): Shard | undefined {
  const service = cluster.services.get(namespace, host)
  // Slices of a Service that is exported to no namespace are ignored.
  const slices = (!service?.exportTo.has('~') && cluster.slices.get(namespace, host)) || NO_SLICES
  if (!service && slices.length === 0) return undefined
  const context = { ...source.context, clusterId: cluster.cluster.id, pods: cluster.pods }
  const endpoints = withoutRepeats(slices.flatMap((slice) => endpointsOfSlice(slice, service, context)))
  if (service && cluster.cluster.id === source.configClusterId)
    appendAll(endpoints, selectedEndpoints(service, source.workloads))
  return endpoints.length > 0 ? { provider: 'Kubernetes', clusterId: cluster.cluster.id, endpoints } : undefined
}

/** External before Kubernetes, then by cluster ID: the order of shards in the reference. */
export function shardFinder(source: ShardSource): (namespace: string, host: string) => readonly Shard[] {
  const clusters = [...source.clusters].sort((a, b) => compareBytes(a.cluster.id, b.cluster.id))
  const known = new HostMap<readonly Shard[]>()
  return (namespace, host) => {
    let shards = known.get(namespace, host)
    if (!shards) {
      const external = externalShard(namespace, host, source)
      const kubernetes = clusters.map((cluster) => kubernetesShard(namespace, host, cluster, source))
      const found = [external, ...kubernetes].filter((shard) => shard !== undefined)
      shards = found.length > 0 ? found.slice() : NONE
      known.set(namespace, host, shards)
    }
    return shards
  }
}
