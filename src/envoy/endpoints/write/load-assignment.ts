/** Writes localities as Envoy's messages; decides nothing. */
import { localityParts } from '../../../common/locality.ts'
import type { BalancedEndpoint, LocalityGroup } from '../plan/groups.ts'
import type { ClusterLoadAssignment, EndpointAddress, EnvoyLbEndpoint, EnvoyLocalityLbEndpoints } from './types.ts'

function endpointAddress(text: string, port: number): EndpointAddress {
  if (port === 0) return { pipe: { path: text } }
  return { socketAddress: { address: text || undefined, portValue: port } }
}

function additionalAddresses({ addresses, port }: BalancedEndpoint) {
  return addresses.length > 1 ? addresses.slice(1).map((text) => ({ address: endpointAddress(text, port) })) : undefined
}

function lbEndpoint(endpoint: BalancedEndpoint): EnvoyLbEndpoint {
  const [address = ''] = endpoint.addresses
  const { tlsMode, workload } = endpoint
  return {
    endpoint: {
      address: endpointAddress(address, endpoint.port),
      additionalAddresses: additionalAddresses(endpoint),
    },
    healthStatus: endpoint.health,
    loadBalancingWeight: endpoint.weight,
    metadata: {
      filterMetadata: {
        'envoy.transport_socket_match': tlsMode === '' ? undefined : { tlsMode },
        istio: { workload },
      },
    },
  }
}

function localityEndpoints(group: LocalityGroup): EnvoyLocalityLbEndpoints {
  const { region, zone, subZone } = localityParts(group.locality)
  return {
    locality: { region: region || undefined, zone: zone || undefined, subZone: subZone || undefined },
    lbEndpoints: group.endpoints.length > 0 ? group.endpoints.map(lbEndpoint) : undefined,
    loadBalancingWeight: group.weight,
    priority: group.priority || undefined,
  }
}

export function loadAssignment(clusterName: string, groups: readonly LocalityGroup[]): ClusterLoadAssignment {
  return { clusterName, endpoints: groups.length > 0 ? groups.map(localityEndpoints) : undefined }
}
