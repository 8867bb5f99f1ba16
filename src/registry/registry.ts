import type { Snapshot } from '../resources/snapshot.ts'
import type { Endpoint, NetworkGateway, Shard } from './endpoint.ts'
import type { Instances } from './instances.ts'
import type { KubernetesService, Service } from './service.ts'
import type { WorkloadIndex } from './workload-index.ts'

/** Services, endpoints and workloads of all clusters, joined once. Immutable. */
export interface Registry {
  readonly snapshot: Snapshot
  /** ServiceEntries' and Kubernetes' services by creation time, name and namespace (model.SortServicesByCreationTime). */
  readonly services: readonly Service[]
  /** The services of one cluster by host, as they are there: without what other clusters say of the same host. */
  servicesOfCluster(clusterId: string): readonly KubernetesService[]
  /** By host, in the order of `services`. */
  readonly servicesByHost: ReadonlyMap<string, readonly Service[]>
  /** The one that a lookup by (host, namespace) finds: Kubernetes before entries, then the first in order. */
  serviceOf(host: string, namespace: string): Service | undefined
  /** ExternalName services that finally lead to this host, by namespace and host. */
  aliasesOf(host: string): readonly Service[]
  /** Endpoints by provider and cluster; those of entries and Services of one namespace and host are together. */
  shardsOf(namespace: string, host: string): readonly Shard[]
  /** All endpoints of a host, in the order of the shards. */
  endpointsOf(namespace: string, host: string): readonly Endpoint[]
  /** Endpoints of a host by service port number; what EDS matches by name is in the shards. */
  instancesOf(namespace: string, host: string): Instances
  /** Pods that count, then WorkloadEntries, of all clusters. */
  readonly workloads: WorkloadIndex
  /** Sorted by address and port. */
  readonly networkGateways: readonly NetworkGateway[]
}
