/**
 * The hosts of clusters as Envoy would report them (GET /clusters?format=json), in protobuf's JSON form. Nothing is
 * running: names are not resolved, only addresses are used, and as in Envoy, a host with unknown health is treated as
 * healthy.
 */
import { ipFamily } from '../../../common/addresses.ts'
import type { EnvoyCluster } from '../../../envoy/clusters/index.ts'
import {
  type ClusterLoadAssignment,
  type EnvoyLbEndpoint,
  type EnvoyLocalityLbEndpoints,
  type ExplainedLoadAssignment,
  endpointOrigins,
} from '../../../envoy/endpoints/index.ts'
import type { EnvoyLocality } from '../../../envoy/endpoints/write/types.ts'
import type { Explained, Origin } from '../../../envoy/explained.ts'

export type HealthStatus = NonNullable<EnvoyLbEndpoint['healthStatus']>

export interface HostStatus {
  readonly address: EnvoyLbEndpoint['endpoint']['address']
  readonly healthStatus: { readonly edsHealthStatus: HealthStatus }
  readonly weight: number
  readonly locality: EnvoyLocality
  readonly priority?: number | undefined
}

export interface ClusterStatus {
  readonly name: string
  readonly addedViaApi: true
  readonly hostStatuses?: readonly HostStatus[]
  readonly observabilityName: string
  readonly edsServiceName?: string
}

/** A cluster's hosts in Envoy's two forms, with the origins of each host, in the same order. */
export interface ExplainedStatus {
  readonly status: ClusterStatus
  readonly hostOrigins: readonly (() => readonly Origin[])[]
  readonly assignment: ClusterLoadAssignment
}

const DEFAULT_WEIGHT = 1

const healthOf = ({ healthStatus }: EnvoyLbEndpoint): HealthStatus => healthStatus ?? 'HEALTHY'

function hostStatus(endpoint: EnvoyLbEndpoint, group: EnvoyLocalityLbEndpoints): HostStatus {
  return {
    address: endpoint.endpoint.address,
    healthStatus: { edsHealthStatus: healthOf(endpoint) },
    weight: endpoint.loadBalancingWeight ?? DEFAULT_WEIGHT,
    locality: group.locality ?? {},
    ...(group.priority && { priority: group.priority }),
  }
}

function hostStatuses({ endpoints = [] }: ClusterLoadAssignment): HostStatus[] {
  return endpoints.flatMap((group) => (group.lbEndpoints ?? []).map((endpoint) => hostStatus(endpoint, group)))
}

function statusOf(cluster: EnvoyCluster, hosts: readonly HostStatus[]): ClusterStatus {
  return {
    name: cluster.name,
    addedViaApi: true,
    ...(hosts.length > 0 && { hostStatuses: hosts }),
    observabilityName: cluster.altStatName,
    ...(cluster.type === 'EDS' && { edsServiceName: cluster.name }),
  }
}

const RESOLVED: ReadonlySet<string> = new Set(['STRICT_DNS', 'LOGICAL_DNS'])

/** A name has no address yet, unlike a pipe or an address. */
function isResolved({ endpoint: { address } }: EnvoyLbEndpoint): boolean {
  return 'pipe' in address || ipFamily(address.socketAddress.address ?? '') !== 0
}

function resolvedOnly(assignment: ClusterLoadAssignment): ClusterLoadAssignment {
  const endpoints = (assignment.endpoints ?? [])
    .map((group) => ({ ...group, lbEndpoints: (group.lbEndpoints ?? []).filter(isResolved) }))
    .filter(({ lbEndpoints }) => lbEndpoints.length > 0)
  return { ...assignment, endpoints }
}

/** The hosts that a cluster has without name resolution; undefined for clusters without any. */
function knownHosts(
  { type, loadAssignment }: EnvoyCluster,
  assignment: ExplainedLoadAssignment | undefined,
): ClusterLoadAssignment | undefined {
  if (type === 'EDS') return assignment?.resource
  return loadAssignment && type && RESOLVED.has(type) ? resolvedOnly(loadAssignment) : loadAssignment
}

/** A cluster's hosts in Envoy's configuration form, with health and locality. */
function dumpedAssignment(name: string, known: ClusterLoadAssignment | undefined): ClusterLoadAssignment {
  if (!known?.endpoints || known.endpoints.length === 0) return { clusterName: name }
  return {
    ...known,
    clusterName: name,
    endpoints: known.endpoints.map((group) => ({
      ...group,
      locality: group.locality ?? {},
      lbEndpoints: (group.lbEndpoints ?? []).map((endpoint) => ({ ...endpoint, healthStatus: healthOf(endpoint) })),
    })),
  }
}

/** @param assignment from EDS; undefined for other clusters */
export function clusterStatus(
  cluster: Explained<EnvoyCluster>,
  assignment: ExplainedLoadAssignment | undefined,
): ExplainedStatus {
  const known = knownHosts(cluster.resource, assignment)
  const hosts = known ? hostStatuses(known) : []
  const balanced = assignment?.groups.flatMap((group) => group.endpoints) ?? []
  return {
    status: statusOf(cluster.resource, hosts),
    assignment: dumpedAssignment(cluster.resource.name, known),
    hostOrigins: hosts.map((_, index) => {
      const endpoint = balanced[index]
      return () => (endpoint ? endpointOrigins(endpoint) : cluster.origins)
    }),
  }
}

/**
 * @param clusters in the order of Envoy's dump
 * @param assignments from EDS, in any order
 */
export function clusterStatuses(
  clusters: readonly Explained<EnvoyCluster>[],
  assignments: readonly ExplainedLoadAssignment[],
): ExplainedStatus[] {
  const byCluster = new Map(assignments.map((assignment) => [assignment.resource.clusterName, assignment]))
  return clusters.map((cluster) => clusterStatus(cluster, byCluster.get(cluster.resource.name)))
}
