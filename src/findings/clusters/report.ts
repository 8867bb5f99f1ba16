/** The clusters of a mesh and the findings about them. */
import type { NetworkGateway } from '../../registry/endpoint.ts'
import type { Registry } from '../../registry/registry.ts'
import { flag } from '../../resources/mesh/features.ts'
import type { ClusterObjects } from '../../resources/snapshot.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { clusterNetworks, type NetworkReport, networksOf, unresolvedGateways } from './networks.ts'
import { type ServiceDifference, serviceDifferences } from './services.ts'

export interface ClusterReport {
  readonly id: string
  /** Whether it is the config cluster, whose Istio objects istiod reads. */
  readonly local: boolean
  /** '' when its pods have no network, or one by address. */
  readonly network: string
  readonly services: number
  readonly pods: number
  /** Addresses in its EndpointSlices. */
  readonly endpoints: number
  /** Network gateways that are Services in it. */
  readonly gateways: readonly NetworkGateway[]
}

export interface ClustersReport {
  readonly clusters: readonly ClusterReport[]
  readonly networks: readonly NetworkReport[]
  readonly differences: readonly ServiceDifference[]
}

function endpointCount({ endpointSlices }: ClusterObjects): number {
  let count = 0
  for (const { spec } of endpointSlices) for (const { addresses } of spec.endpoints) count += addresses.length
  return count
}

export function clustersReport(registry: Registry): ClustersReport {
  const networks = clusterNetworks(registry)
  const { snapshot, networkGateways } = registry
  const clusters = snapshot.clusters.map((cluster, index) => ({
    id: cluster.id,
    local: index === 0,
    network: networks.get(cluster.id) ?? '',
    services: cluster.services.length,
    pods: cluster.pods.length,
    endpoints: endpointCount(cluster),
    gateways: networkGateways.filter(({ clusterId }) => clusterId === cluster.id),
  }))
  return { clusters, networks: networksOf(registry), differences: serviceDifferences(registry) }
}

/** istiod's settings for the Multi-Cluster Services API, and what they change. */
const MULTI_CLUSTER_SETTINGS: readonly (readonly [name: string, differs: string])[] = [
  ['ENABLE_MCS_HOST', 'there are clusterset.local hosts for exported Services'],
  ['ENABLE_MCS_SERVICE_DISCOVERY', 'only exported Services have endpoints of other clusters'],
  ['ENABLE_MCS_CLUSTER_LOCAL', 'cluster.local hosts have endpoints of their own cluster only'],
]

/** Features of multiple clusters that change the answer but are not computed. */
export function notModelledClusters(registry: Registry): readonly SourceProblem[] {
  const { clusters, features } = registry.snapshot
  const settings = clusters.length < 2 ? [] : MULTI_CLUSTER_SETTINGS.filter(([name]) => flag(features.env, name, false))
  return [
    ...unresolvedGateways(registry),
    ...settings.map(
      ([name, differs]): SourceProblem => ({
        severity: 'warning',
        message: `not modelled: ${name} of istiod: ${differs}`,
      }),
    ),
  ]
}
