/** Cluster IPs for Services without one: a cluster assigns them, so manifests in a repository leave them out. */
import { type IpFamily, ipFamily } from '../../common/addresses.ts'
import type { KubeService } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { assignAddresses, type Claim, keyIn } from './addresses.ts'
import { type ClusterFamilies, familiesOfService } from './families.ts'
import type { UsedAddresses } from './ranges.ts'

const FAMILY_NAMES: Readonly<Record<IpFamily, string>> = { 4: 'IPv4', 6: 'IPv6' }

/** Whether a cluster would assign an address to the Service. A headless Service has the clusterIP `None`. */
export const lacksClusterIp = ({ spec }: KubeService): boolean => spec.clusterIP === '' && spec.type !== 'ExternalName'

const keyOf = ({ cluster, meta }: KubeService): string => keyIn(cluster, meta.namespace, meta.name)

const withAddresses = (service: KubeService, addresses: readonly string[]): KubeService => {
  const ipFamilies = addresses.map(ipFamily).flatMap((family) => (family === 0 ? [] : [FAMILY_NAMES[family]]))
  return service.with({ spec: { ...service.spec, clusterIP: addresses[0] ?? '', clusterIPs: addresses, ipFamilies } })
}

/** Clusters whose Services all have addresses. */
export interface WithClusterIps {
  readonly clusters: readonly ClusterObjects[]
  /** The assumed addresses and their Services. */
  readonly assumed: ReadonlyMap<string, KubeService>
  /** Services with their addresses, by the same ones without. */
  readonly replaced: ReadonlyMap<Resource, KubeService>
}

/**
 * Gives addresses to Services without one.
 * @param families by cluster, in the order of the clusters
 * @param isAsked whether to assume anything for a Service
 */
export function withClusterIps(
  clusters: readonly ClusterObjects[],
  families: readonly ClusterFamilies[],
  isAsked: (service: KubeService) => boolean,
  used: () => UsedAddresses,
): WithClusterIps {
  const claims = clusters.flatMap(({ services }, index) =>
    services.flatMap((service): readonly Claim[] =>
      isAsked(service)
        ? [{ key: keyOf(service), families: familiesOfService(service, families[index] as ClusterFamilies) }]
        : [],
    ),
  )
  const addresses = assignAddresses(claims, 'cluster-ips', used)
  const assumed = new Map<string, KubeService>()
  const replaced = new Map<Resource, KubeService>()
  const given = (service: KubeService): KubeService => {
    const own = isAsked(service) ? addresses.get(keyOf(service)) : undefined
    if (!own) return service
    const out = withAddresses(service, own)
    replaced.set(service, out)
    for (const address of own) assumed.set(address, out)
    return out
  }
  const out = clusters.map((cluster) => ({ ...cluster, services: cluster.services.map(given) }))
  return { clusters: out, assumed, replaced }
}
