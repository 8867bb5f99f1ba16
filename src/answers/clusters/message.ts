/** Clusters, networks and what differs between clusters, as data and in the words that people read. */

import { joinHostPort } from '../../common/names.ts'
import type { ClusterReport, ClustersReport, NetworkReport, ServiceDifference } from '../../findings/clusters/index.ts'
import type { NetworkGateway } from '../../registry/endpoint.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { Location } from '../../sources/location.ts'

function placeMessage(location: Location): object {
  const { file, line, column } = location.position()
  return { file, line, column }
}

const gatewayMessage = ({ address, port, clusterId, location }: NetworkGateway): object => ({
  address,
  port,
  ...(clusterId !== '' && { cluster: clusterId }),
  ...(location && { location: placeMessage(location) }),
})

/** The form of `-o json`. */
export function clustersMessage({ clusters, networks, differences }: ClustersReport): object {
  return {
    clusters: clusters.map((cluster) => ({ ...cluster, gateways: cluster.gateways.map(gatewayMessage) })),
    networks: networks.map((network) => ({ ...network, gateways: network.gateways.map(gatewayMessage) })),
    differences: differences.map(({ host, trait, values }) => ({
      host,
      trait,
      values: values.map(({ clusterId, value, location }, index) => ({
        cluster: clusterId,
        value,
        counts: index === 0,
        location: placeMessage(location),
      })),
    })),
  }
}

const listed = (texts: readonly string[]): string => texts.join(', ') || '-'

/** `198.51.100.1:15443`; gateways of port 0 only speak HBONE. */
const gatewayText = ({ address, port }: NetworkGateway): string =>
  port === 0 ? `${address} (HBONE)` : joinHostPort(address, port)

export const CLUSTER_HEADERS = ['CLUSTER', 'ROLE', 'NETWORK', 'SERVICES', 'PODS', 'ENDPOINTS', 'GATEWAYS'] as const

export function clusterRow({ id, local, network, services, pods, endpoints, gateways }: ClusterReport) {
  const counts = [services, pods, endpoints].map(String)
  return [id, local ? 'local' : 'remote', network || '-', ...counts, listed(gateways.map(gatewayText))]
}

export const NETWORK_HEADERS = ['NETWORK', 'CLUSTERS', 'MESH NETWORKS', 'WORKLOADS', 'ENTERED BY'] as const

/** Without any gateway in the mesh, and for a network without one, endpoints are reached directly. */
const DIRECTLY = 'no gateway: reached directly'

export function networkRow({ name, clusters, ranges, workloads, gateways }: NetworkReport): readonly string[] {
  const entered = gateways.map((gateway) => {
    const place = gateway.location ? ` (${fileAndLine(gateway.location)})` : ''
    return gatewayText(gateway) + place
  })
  return [name, listed(clusters), listed(ranges), String(workloads), entered.join(', ') || DIRECTLY]
}

export const DIFFERENCE_HEADERS = ['SERVICE', 'DIFFERS', 'CLUSTER', 'VALUE', 'COUNTS', 'SOURCE'] as const

/** A row for each cluster. */
export function differenceRows({ host, trait, values }: ServiceDifference): readonly (readonly string[])[] {
  return values.map(({ clusterId, value, location }, index) => [
    host,
    trait,
    clusterId,
    value,
    index === 0 ? 'yes' : 'no',
    fileAndLine(location),
  ])
}
