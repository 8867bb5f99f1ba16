/** MeshNetworks (istio.io/api mesh/v1alpha1/network.proto). */
import { type Infer, list, map, message, optional, string, uint32 } from '../../kinds/schema/index.ts'

const NetworkNetworkEndpoints = message(
  'NetworkEndpoints',
  {
    fromCidr: optional(string),
    fromRegistry: optional(string),
  },
  {
    oneofs: [['fromCidr', 'fromRegistry']],
  },
)

const NetworkIstioNetworkGateway = message(
  'IstioNetworkGateway',
  {
    registryServiceName: optional(string),
    address: optional(string),
    port: uint32,
    locality: string,
  },
  {
    oneofs: [['registryServiceName', 'address']],
  },
)

export const Network = message('Network', {
  endpoints: list(NetworkNetworkEndpoints),
  gateways: list(NetworkIstioNetworkGateway),
})
export type Network = Infer<typeof Network>

export const MeshNetworks = message('MeshNetworks', {
  networks: map(Network),
})
export type MeshNetworks = Infer<typeof MeshNetworks>
