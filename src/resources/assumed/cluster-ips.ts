/**
 * Cluster IPs for Services that state none. A cluster gives every Service an address, which manifests in a repository
 * leave out.
 */
import { type IpFamily, ipFamily } from '../../common/addresses.ts'
import type { KubeService } from '../../kinds/index.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { assignAddresses, type Claim, keyIn } from './addresses.ts'
import { type ClusterFamilies, familiesOfService } from './families.ts'
import type { UsedAddresses } from './ranges.ts'

const FAMILY_NAMES: Readonly<Record<IpFamily, string>> = { 4: 'IPv4', 6: 'IPv6' }

/** Whether a cluster would give the Service an address. Of a headless one, clusterIP is `None`. */
export const lacksClusterIp = ({ spec }: KubeService): boolean => spec.clusterIP === '' && spec.type !== 'ExternalName'

const keyOf = ({ cluster, meta }: KubeService): string => keyIn(cluster, meta.namespace, meta.name)

const withAddresses = (service: KubeService, addresses: readonly string[]): KubeService => {
  const ipFamilies = addresses.map(ipFamily).flatMap((family) => (family === 0 ? [] : [FAMILY_NAMES[family]]))
  return service.with({ spec: { ...service.spec, clusterIP: addresses[0] ?? '', clusterIPs: addresses, ipFamilies } })
}

/** Clusters whose Services all have addresses. */
export interface WithClusterIps {
  readonly clusters: readonly ClusterObjects[]
  /** Those that were assumed, with their Services. */
  readonly assumed: ReadonlyMap<string, KubeService>
}

/**
 * Gives addresses to Services without one.
 * @param families of each cluster, in their order
 * @param isAsked whether something is assumed of a Service
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
  const given = (service: KubeService): KubeService => {
    const own = isAsked(service) ? addresses.get(keyOf(service)) : undefined
    if (!own) return service
    const out = withAddresses(service, own)
    for (const address of own) assumed.set(address, out)
    return out
  }
  return { clusters: clusters.map((cluster) => ({ ...cluster, services: cluster.services.map(given) })), assumed }
}
