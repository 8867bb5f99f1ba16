import type { AllocatedRegistry } from '../../../../../allocation/allocation.ts'
import { ipFamily, UNSPECIFIED } from '../../../../../common/addresses.ts'
import { compareBytes } from '../../../../../common/bytes.ts'
import { keepingPart } from '../../../../../common/changes/parts.ts'
import type { Endpoint } from '../../../../../registry/endpoint.ts'
import { networkResolver } from '../../../../../registry/networks.ts'
import { mayHaveEndpoints } from '../../../../../registry/registry.ts'
import { type Service, serviceLocation } from '../../../../../registry/service.ts'
import type { Found, MeshRule } from '../../../rule.ts'
import { listText } from '../texts.ts'

const headless = keepingPart(
  ({ resolution, defaultAddress, ports }: Service) =>
    resolution === 'Passthrough' && defaultAddress === UNSPECIFIED && ports.length > 0,
)

/** Inline endpoints of ServiceEntries have no health, so releases that show only healthy endpoints do not show them. */
const isShown = ({ health }: Endpoint, healthyOnly: boolean): boolean =>
  healthyOnly ? health === 'HEALTHY' : health !== 'UNHEALTHY' && health !== 'TERMINATING'

/** Endpoints that some proxy's DNS shows for the name; see dns/name-table.ts. */
function shown(service: Service, registry: AllocatedRegistry): readonly Endpoint[] {
  const unready = service.kubernetes?.publishNotReadyAddresses ?? false
  const healthyOnly = registry.snapshot.features.has('healthy-only-names')
  return registry
    .endpointsOf(service.namespace, service.hostname)
    .filter(
      (endpoint) =>
        endpoint.addresses.length > 0 &&
        endpoint.addresses.every((address) => ipFamily(address) !== 0) &&
        (unready || isShown(endpoint, healthyOnly)),
    )
}

function clusterNetworks({ snapshot }: AllocatedRegistry): ReadonlySet<string> {
  const { networkOf } = networkResolver(snapshot.clusters, snapshot.meshNetworks)
  const networks = snapshot.clusters.map(({ id }) => networkOf(id, ''))
  return new Set([...networks, ...snapshot.meshNetworks.networks.keys()].filter((network) => network !== ''))
}

function check(service: Service, others: ReadonlySet<string>, registry: AllocatedRegistry): Found | undefined {
  const stated = shown(service, registry).filter(({ network }) => network !== '')
  const byNetwork = new Map(stated.map((endpoint) => [endpoint.network, endpoint]))
  const networks = [...byNetwork.keys()].sort(compareBytes)
  const [first] = networks
  const somewhere = new Set([...others, ...networks])
  if (first === undefined || somewhere.size < 2) return undefined
  return {
    message:
      `the pods of this headless Service are on ${networks.length === 1 ? 'network' : 'networks'} ${listText(networks)}: ` +
      'proxies on another network do not find them by its name',
    resource: service.source,
    location: serviceLocation(service),
    related: [...byNetwork.values()].map(({ network, addresses, location }) => ({
      message: `${addresses[0]} is on network ${network}`,
      location,
    })),
  }
}

export const headlessRemoteNetwork: MeshRule = {
  *checkMesh({ registry }) {
    let others: ReadonlySet<string> | undefined
    for (const service of headless(registry.snapshot.memory, '', registry.services)) {
      if (!mayHaveEndpoints(service, registry)) continue
      others ??= clusterNetworks(registry)
      const found = check(service, others, registry)
      if (found) yield found
    }
  },
}
