/**
 * Cluster IPs for Services without one. A cluster assigns them, so manifests in a repository omit them; checks that
 * judge the manifests as deployed need a stand-in.
 */
import { ipText, ipValue } from '../common/addresses.ts'
import type { KubeService } from '../kinds/index.ts'
import type { ClusterObjects, Snapshot } from './snapshot.ts'

/** The ranges for benchmarks (RFC 2544) and documentation (RFC 3849), in which no real Service has an address. */
const RANGES = {
  4: { first: ipValue('198.18.0.1') ?? 0n, last: ipValue('198.19.255.254') ?? 0n },
  6: { first: ipValue('2001:db8::1') ?? 0n, last: ipValue('2001:db8::ffff:ffff') ?? 0n },
} as const

function* addressesOf(family: 4 | 6, taken: ReadonlySet<string>): Generator<string, undefined> {
  const { first, last } = RANGES[family]
  for (let value = first; value <= last; value++) {
    const address = ipText(family, value)
    if (!taken.has(address)) yield address
  }
  return undefined
}

const isWithout = ({ spec }: KubeService): boolean => spec.clusterIP === '' && spec.type !== 'ExternalName'

/** The addresses of entries and Services in the ranges. */
function takenAddresses({ istio, clusters }: Snapshot): Set<string> {
  const taken = new Set<string>()
  for (const { spec } of istio.serviceEntries) for (const address of spec.addresses) taken.add(address)
  for (const { services } of clusters) for (const { spec } of services) taken.add(spec.clusterIP)
  return taken
}

/**
 * Gives every Service without a cluster IP a unique one of its first family.
 * @returns the same snapshot when every Service has one
 */
export function withClusterIps(snapshot: Snapshot): Snapshot {
  if (!snapshot.clusters.some(({ services }) => services.some(isWithout))) return snapshot
  const taken = takenAddresses(snapshot)
  const next = { 4: addressesOf(4, taken), 6: addressesOf(6, taken) }

  function withAddress(service: KubeService): KubeService {
    if (!isWithout(service)) return service
    const address = next[service.spec.ipFamilies[0] === 'IPv6' ? 6 : 4].next().value
    if (address === undefined) return service
    return service.withSpec({ ...service.spec, clusterIP: address, clusterIPs: [address] })
  }
  const [local, ...remotes] = snapshot.clusters.map((cluster) => ({
    ...cluster,
    services: cluster.services.map(withAddress),
  }))
  return { ...snapshot, clusters: [local as ClusterObjects, ...remotes] }
}
