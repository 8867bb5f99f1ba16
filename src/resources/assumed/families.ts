/** The IP families of a cluster, as far as its objects show them. */
import { type IpFamily, ipFamily } from '../../common/addresses.ts'
import type { KubeService } from '../../kinds/index.ts'
import type { ClusterObjects } from '../snapshot.ts'

export interface ClusterFamilies {
  /** For objects that state no family. */
  readonly first: IpFamily
  /** One family, or both, the first one first. */
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

/** The most common family; IPv4 if both are equally common, undefined if the list is empty. */
function mostCommon(families: readonly IpFamily[]): IpFamily | undefined {
  const ipv6 = families.filter((family) => family === 6).length
  if (families.length === 0) return undefined
  return 2 * ipv6 > families.length ? 6 : 4
}

const familiesOf = (addresses: readonly string[]): readonly IpFamily[] =>
  addresses.map(ipFamily).filter((family) => family !== 0)

/**
 * What the Services and Pods of a cluster show about its families: their addresses, the families that they name, and
 * Services that need both. The first family is that of most addresses. Without addresses it is IPv4, unless every
 * Service names a family: then it is the one that most of them name first.
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

/**
 * The families of the addresses that the API server assigns to a Service (k8s.io/kubernetes pkg/registry/core/service).
 */
export function familiesOfService(service: KubeService, cluster: ClusterFamilies): readonly IpFamily[] {
  const { ipFamilyPolicy } = service.spec
  const named = namedFamilies(service)
  const [first = cluster.first] = named
  if (ipFamilyPolicy === 'RequireDualStack') return [first, other(first)]
  if (ipFamilyPolicy === 'PreferDualStack') return cluster.all.length > 1 ? [first, other(first)] : [first]
  return ipFamilyPolicy === 'SingleStack' || named.length === 0 ? [first] : named
}
