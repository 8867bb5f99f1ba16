/** Clusters, networks and differences between clusters as data. */
import type { ClustersReport } from '../../findings/clusters/index.ts'
import type { NetworkGateway } from '../../registry/endpoint.ts'
import { placeMessage } from '../place.ts'

const gatewayMessage = ({ address, port, clusterId, location }: NetworkGateway): object => ({
  address,
  port,
  ...(clusterId !== '' && { cluster: clusterId }),
  ...(location && { location: placeMessage(location) }),
})

/** The value of `-o json`. */
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
