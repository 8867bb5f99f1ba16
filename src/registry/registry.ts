import { SERVICE_DOMAIN } from '../common/cluster-domain.ts'
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
  /** The services of one cluster by host, without what other clusters have for the same host. */
  servicesOfCluster(clusterId: string): readonly KubernetesService[]
  /** By host, in the order of `services`. */
  readonly servicesByHost: ReadonlyMap<string, readonly Service[]>
  /** Those of `servicesByHost` that have several. */
  readonly sharedHosts: () => ReadonlyMap<string, readonly Service[]>
  /** The result of a lookup by host and namespace: a Kubernetes service before entries, then the first in order. */
  serviceOf(host: string, namespace: string): Service | undefined
  /** ExternalName services that resolve to this host, by namespace and host. */
  aliasesOf(host: string): readonly Service[]
  /** Endpoints by provider and cluster; entries and Services with the same namespace and host are combined. */
  shardsOf(namespace: string, host: string): readonly Shard[]
  /** All endpoints of a host, in shard order. */
  endpointsOf(namespace: string, host: string): readonly Endpoint[]
  /** Endpoints of a host by service port number; EDS, which matches by name, uses the shards. */
  instancesOf(namespace: string, host: string): Instances
  /** Serving pods, then WorkloadEntries, of all clusters. */
  readonly workloads: WorkloadIndex
  /** Sorted by address and port. */
  readonly networkGateways: readonly NetworkGateway[]
}

/**
 * Whether a host may have endpoints. An entry with resolution NONE that states none has none of its own. A look at the
 * service is cheap, while the first search for endpoints indexes all services.
 */
export function mayHaveEndpoints(service: Service, { servicesByHost }: Pick<Registry, 'servicesByHost'>): boolean {
  if (service.registry === 'Kubernetes' || service.resolution !== 'Passthrough') return true
  if (service.selector !== undefined || service.source.spec.endpoints.length > 0) return true
  // EndpointSlices have endpoints for such a host even if their Service is not in the input.
  return service.hostname.endsWith(SERVICE_DOMAIN) || servicesByHost.get(service.hostname)?.length !== 1
}
