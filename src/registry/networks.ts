/** Networks of endpoints and the gateways between networks (pilot/pkg/serviceregistry/kube/controller/network.go). */

import { type IpFamily, ipFamily, ipValue, type Prefix, parsePrefix, prefixContains } from '../common/addresses.ts'
import { compareBytes } from '../common/bytes.ts'
import { LABELS } from '../common/istio-names.ts'
import { DEFAULT_GATEWAY_PORT, isAutoPassthrough } from '../resources/gateway-api/auto-passthrough.ts'
import { REMOTE_CLASS, readsGatewayApi } from '../resources/gateway-api/classes.ts'
import { flag } from '../resources/mesh/features.ts'
import type { MeshNetworks } from '../resources/mesh/mesh-networks.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import type { Location } from '../sources/location.ts'
import type { NetworkGateway } from './endpoint.ts'

import { portByNumber, type Service } from './service.ts'

const HBONE_PORT = 15008

/** Finds the network of an endpoint of one cluster. */
export interface NetworkResolver {
  /**
   * @param label the workload's own network label, or ''
   * @param ips matched in order against the mesh networks' prefixes
   */
  networkOf(clusterId: string, label: string, ...ips: readonly string[]): string
}

interface NetworkPrefix extends Prefix {
  readonly network: string
}

function prefixesOf(networks: MeshNetworks): NetworkPrefix[] {
  const out: NetworkPrefix[] = []
  for (const [network, { endpoints }] of networks.networks) {
    for (const { fromCidr } of endpoints) {
      const prefix = fromCidr ? parsePrefix(fromCidr) : undefined
      if (prefix) out.push({ ...prefix, network })
    }
  }
  return out.sort((a, b) => a.bits - b.bits)
}

function registriesOf(networks: MeshNetworks): Map<string, string> {
  const out = new Map<string, string>()
  for (const [network, { endpoints }] of networks.networks) {
    for (const { fromRegistry } of endpoints) if (fromRegistry) out.set(fromRegistry, network)
  }
  return out
}

export function networkResolver(clusters: readonly ClusterObjects[], networks: MeshNetworks): NetworkResolver {
  const byRegistry = registriesOf(networks)
  const prefixes = prefixesOf(networks)
  const byCluster = new Map<string, string>()
  for (const cluster of clusters) {
    byCluster.set(cluster.id, cluster.network || byRegistry.get(cluster.id) || '')
  }
  const byAddress = (ip: string): string => {
    const family = ipFamily(ip)
    if (family === 0) return ''
    const value = ipValue(ip) as bigint
    return prefixes.find((prefix) => prefixContains(prefix, family as IpFamily, value))?.network ?? ''
  }
  return {
    networkOf(clusterId, label, ...ips) {
      const stated = label || byCluster.get(clusterId) || ''
      if (stated !== '' || prefixes.length === 0) return stated
      for (const ip of ips) {
        const network = byAddress(ip)
        if (network !== '') return network
      }
      return ''
    },
  }
}

/** Parses a whole number as Go's strconv.Atoi does; undefined when the text is not one. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[-+]?[0-9]+$/.test(text) ? Number(text) : undefined
}

/** The services of one cluster. */
export interface ClusterServices {
  readonly clusterId: string
  readonly services: readonly Service[]
}

function gatewaysOf(service: Service, network: string, port: number, cluster: ClusterServices): NetworkGateway[] {
  const addresses = service.kubernetes?.externalAddresses ?? []
  const { location } = service.source
  return addresses.map((address) => ({ network, clusterId: cluster.clusterId, address, port, location }))
}

/** Gateways from a Service's network label; those with HBONE's port but without the mTLS port have port 0. */
function labelledGateways(service: Service, cluster: ClusterServices, withPort: boolean): NetworkGateway[] {
  const network = service.labels.get(LABELS.network)
  if (!network) return []
  const wanted = wholeNumber(service.labels.get(LABELS.gatewayPort)) ?? DEFAULT_GATEWAY_PORT
  if (!withPort) return gatewaysOf(service, network, wanted, cluster)
  const has = (number: number) => portByNumber(service.ports, number) !== undefined
  if (has(wanted)) return gatewaysOf(service, network, wanted, cluster)
  return has(HBONE_PORT) ? gatewaysOf(service, network, 0, cluster) : []
}

function statedGateways(
  networks: MeshNetworks,
  at: Location | undefined,
  clusters: readonly ClusterServices[],
): NetworkGateway[] {
  const out: NetworkGateway[] = []
  for (const [network, { endpoints, gateways }] of networks.networks) {
    const claimed = new Set(endpoints.flatMap(({ fromRegistry }) => (fromRegistry ? [fromRegistry] : [])))
    for (const [index, gateway] of gateways.entries()) {
      const { address, port } = gateway
      const location = at?.child('networks', network, 'gateways', index)
      if (address) out.push({ network, clusterId: '', address, port, location })
      if (!gateway.registryServiceName) continue
      for (const cluster of clusters) {
        if (!claimed.has(cluster.clusterId)) continue
        const service = cluster.services.find((candidate) => candidate.hostname === gateway.registryServiceName)
        // The label on the Service overrides the name in the mesh networks.
        if (service && !service.labels.get(LABELS.network))
          out.push(...gatewaysOf(service, network, gateway.port, cluster))
      }
    }
  }
  return out
}

/** The addresses of Gateways of the Gateway API with a network label, at their listeners for other networks. */
function gatewayObjects({ clusters, features }: Snapshot): NetworkGateway[] {
  if (!readsGatewayApi({ features }) || !flag(features.env, 'PILOT_MULTI_NETWORK_DISCOVER_GATEWAY_API', true)) return []
  const [config] = clusters
  return clusters.flatMap((cluster) =>
    cluster.kubernetesGateways.flatMap(({ meta, spec, location }) => {
      const network = meta.labels.get(LABELS.network)
      // A Gateway that stands for one outside the cluster does so in the config cluster only.
      if (!network || (cluster !== config && spec.gatewayClassName === REMOTE_CLASS)) return []
      const ports = spec.listeners
        .filter((listener) => isAutoPassthrough(meta.labels, listener))
        .map(({ port }) => port)
      const addresses = spec.addresses.filter(({ type }) => type === 'IPAddress' || type === 'Hostname')
      return addresses.flatMap(({ value }, index) =>
        ports.map((port) => ({
          network,
          clusterId: cluster.id,
          address: value,
          port,
          location: location.child('spec', 'addresses', index),
        })),
      )
    }),
  )
}

/** All network gateways without duplicates, sorted by address and port. */
export function networkGatewaysOf(snapshot: Snapshot, clusters: readonly ClusterServices[]): NetworkGateway[] {
  const { meshNetworks, meshNetworksAt, features } = snapshot
  const withPort = features.has('network-gateways-with-port')
  const found = [
    ...statedGateways(meshNetworks, meshNetworksAt, clusters),
    ...clusters.flatMap((cluster) =>
      cluster.services.flatMap((service) => labelledGateways(service, cluster, withPort)),
    ),
    ...gatewayObjects(snapshot),
  ]
  const unique = new Map(
    found.map((gateway) => [`${gateway.network}\n${gateway.clusterId}\n${gateway.address}\n${gateway.port}`, gateway]),
  )
  return [...unique.values()].sort((a, b) => compareBytes(a.address, b.address) || a.port - b.port)
}
