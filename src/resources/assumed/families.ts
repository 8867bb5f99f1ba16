/** The families of addresses that a cluster has, as far as its objects tell. */
import { type IpFamily, ipFamily } from '../../common/addresses.ts'
import type { KubeService } from '../../kinds/index.ts'
import type { ClusterObjects } from '../snapshot.ts'

export interface ClusterFamilies {
  /** Of what states none. */
  readonly first: IpFamily
  /** One, or both with the first one before the other. */
  readonly all: readonly IpFamily[]
}

const NAMES: ReadonlyMap<string, IpFamily> = new Map([
  ['IPv4', 4],
  ['IPv6', 6],
])

const other = (family: IpFamily): IpFamily => (family === 4 ? 6 : 4)

/** The families that a Service names in `ipFamilies`. */
const namedFamilies = ({ spec }: KubeService): readonly IpFamily[] => [
  ...new Set(spec.ipFamilies.flatMap((name) => NAMES.get(name) ?? [])),
]

/** The family of most of these, IPv4 when there are as many of either; undefined without any. */
function mostCommon(families: readonly IpFamily[]): IpFamily | undefined {
  const ipv6 = families.filter((family) => family === 6).length
  if (families.length === 0) return undefined
  return 2 * ipv6 > families.length ? 6 : 4
}

const familiesOf = (addresses: readonly string[]): readonly IpFamily[] =>
  addresses.map(ipFamily).filter((family) => family !== 0)

/**
 * What the Services and Pods of a cluster tell about its families: addresses that they have, families that they name,
 * and Services that need both. The first family is that of most addresses; without addresses it is IPv4, unless every
 * Service names another one first.
 */
export function familiesOfCluster({ services, pods }: ClusterObjects): ClusterFamilies {
  const addresses = [
    ...services.flatMap(({ spec }) => spec.clusterIPs),
    ...pods.flatMap(({ status }) => [status.podIP, ...status.podIPs.slice(1).map(({ ip }) => ip)]),
  ]
  const primary = [...services.map(({ spec }) => spec.clusterIP), ...pods.map(({ status }) => status.podIP)]
  const named = services.map(namedFamilies)
  const namedFirst = named.every(([family]) => family !== undefined)
    ? mostCommon(named.flatMap(([one]) => one ?? []))
    : 4
  const first = mostCommon(familiesOf(primary)) ?? namedFirst ?? 4
  const needsBoth = services.some(({ spec }) => spec.ipFamilyPolicy === 'RequireDualStack')
  const isDual = needsBoth || new Set([...familiesOf(addresses), ...named.flat(), first]).size > 1
  return { first, all: isDual ? [first, other(first)] : [first] }
}

/** The families of which the API server gives a Service an address (k8s.io/kubernetes pkg/registry/core/service). */
export function familiesOfService(service: KubeService, cluster: ClusterFamilies): readonly IpFamily[] {
  const { ipFamilyPolicy } = service.spec
  const named = namedFamilies(service)
  const [first = cluster.first] = named
  if (ipFamilyPolicy === 'RequireDualStack') return [first, other(first)]
  if (ipFamilyPolicy === 'PreferDualStack') return cluster.all.length > 1 ? [first, other(first)] : [first]
  return ipFamilyPolicy === 'SingleStack' || named.length === 0 ? [first] : named
}
