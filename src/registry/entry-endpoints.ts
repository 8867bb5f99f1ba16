/** Endpoints of ServiceEntries (pilot/pkg/serviceregistry/serviceentry/conversion.go, controller.go). */
import { UNIX_PREFIX } from '../common/addresses.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import type { ServicePort } from '../kinds/messages/service-entry.ts'
import type { Endpoint, Workload } from './endpoint.ts'
import type { Service } from './service.ts'
import type { WorkloadIndex } from './workload-index.ts'
import {
  bindEndpoint,
  type MeshContext,
  type WorkloadEndpoint,
  type WorkloadNaming,
  workloadOfEntry,
} from './workloads.ts'

const usesDns = (entry: ServiceEntryResource): boolean =>
  entry.spec.resolution === 'DNS' || entry.spec.resolution === 'DNS_ROUND_ROBIN'

/** The endpoint's own port of that name, otherwise the entry's target port, otherwise the port itself. */
function targetPortOf(workload: Workload, port: ServicePort): number {
  return workload.ports.get(port.name) || port.targetPort || port.number
}

function bindAll(workload: Workload, ports: readonly ServicePort[]): Endpoint[] {
  const [address = ''] = workload.addresses
  if (address.startsWith(UNIX_PREFIX)) {
    // A socket is a path and has no port.
    const socket = { ...workload.endpoint, addresses: [address.slice(UNIX_PREFIX.length)] }
    return ports.map((port) => bindEndpoint(socket, 0, port.name, port.number))
  }
  return ports.map((port) => bindEndpoint(workload.endpoint, targetPortOf(workload, port), port.name, port.number))
}

function namesOf(
  namespace: string,
  workloadName: string,
  { ofEntries }: WorkloadNaming,
): Pick<WorkloadEndpoint, 'namespace' | 'workloadName'> {
  return ofEntries ? { namespace, workloadName } : { namespace: '', workloadName: '' }
}

/** An entry without endpoints is its own endpoint: the proxy resolves the host name. */
function endpointsOfHost(
  service: Service,
  entry: ServiceEntryResource,
  clusterId: string,
  { naming }: MeshContext,
): Endpoint[] {
  const endpoint: WorkloadEndpoint = {
    addresses: [service.hostname],
    labels: EMPTY_MAP,
    serviceAccount: '',
    network: '',
    locality: '',
    clusterId: naming.clusterOfHosts ? clusterId : '',
    weight: 0,
    tlsMode: 'disabled',
    ...namesOf(entry.meta.namespace, entry.meta.name, naming),
    hostname: '',
    subdomain: '',
    health: undefined,
    nodeName: '',
    location: entry.location.child('spec', 'hosts', service.hostIndex),
  }
  return entry.spec.ports.map((port) => bindEndpoint(endpoint, port.targetPort || port.number, port.name, port.number))
}

/** The entry's inline endpoints, as WorkloadEntries named `ENTRY-INDEX`. */
function inlineWorkloads(entry: ServiceEntryResource, clusterId: string, context: MeshContext): Workload[] {
  const { namespace, name } = entry.meta
  return entry.spec.endpoints.map((spec, index) => {
    const workload = workloadOfEntry(
      {
        spec,
        name: `${name}-${index}`,
        namespace,
        labels: EMPTY_MAP,
        annotations: EMPTY_MAP,
        location: entry.location.child('spec', 'endpoints', index),
      },
      clusterId,
      context,
    )
    const names = namesOf(namespace, workload.endpoint.workloadName, context.naming)
    return { ...workload, endpoint: { ...workload.endpoint, ...names } }
  })
}

/**
 * Computes the endpoints of an entry's services. Inline and selected endpoints are the same for all of the entry's
 * services, so they are computed once.
 */
export function entryEndpoints(
  entry: ServiceEntryResource,
  services: readonly Service[],
  clusterId: string,
  workloads: WorkloadIndex,
  context: MeshContext,
): (service: Service) => readonly Endpoint[] {
  const { spec, meta } = entry
  if (services.length === 0) return () => []
  if (spec.workloadSelector) {
    const selected = workloads
      .select(meta.namespace, spec.workloadSelector.labels)
      .filter((workload) => !workload.dnsOnly || usesDns(entry))
      .flatMap((workload) => bindAll(workload, spec.ports))
    return () => selected
  }
  if (spec.endpoints.length === 0) {
    return usesDns(entry) ? (service) => endpointsOfHost(service, entry, clusterId, context) : () => []
  }
  const inline = inlineWorkloads(entry, clusterId, context).flatMap((workload) => bindAll(workload, spec.ports))
  return () => inline
}
