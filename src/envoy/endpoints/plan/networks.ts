/**
 * Endpoints in other networks are reached through their network's gateways (pilot/pkg/xds/endpoints/ep_filters.go
 * EndpointsByNetworkFilter, pilot/pkg/model/network.go).
 */
import { canonicalIp, ipFamily } from '../../../common/addresses.ts'
import { compareBytes } from '../../../common/bytes.ts'
import { EMPTY_MAP, groupBy } from '../../../common/collections.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import type { Endpoint, NetworkGateway } from '../../../registry/endpoint.ts'
import type { WorkloadLabels } from '../../../registry/labels.ts'
import type { Registry } from '../../../registry/registry.ts'
import { addWeights, type BalancedEndpoint, type LocalityGroup, MTLS, regrouped } from './groups.ts'

const NO_GATEWAYS: readonly NetworkGateway[] = []
const LARGEST_WEIGHT = 0xffffffff

/** Gateways by network. */
export interface GatewayIndex {
  readonly byNetwork: ReadonlyMap<string, readonly NetworkGateway[]>
  readonly byNetworkAndCluster: ReadonlyMap<string, readonly NetworkGateway[]>
  /** A factor that makes every weight divisible by the number of gateways that may share it. */
  readonly scale: number
}

/** The gateways for EDS (addresses only) and for DNS clusters (host names too). */
export interface Gateways {
  readonly addressed: GatewayIndex
  readonly all: GatewayIndex
}

const networkKey = (network: string, clusterId: string): string => `${network}\n${clusterId}`

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y > 0n) [x, y] = [y, x % y]
  return (a / x) * b
}

function scaleOf(sizes: readonly number[]): number {
  const multiple = [...new Set(sizes)].reduce((value, size) => leastCommonMultiple(value, BigInt(size)), 1n)
  // The reference keeps 32 bits, and does not scale when they are 0.
  return Number(BigInt.asUintN(32, multiple)) || 1
}

function indexGateways(gateways: readonly NetworkGateway[]): GatewayIndex {
  const byNetwork = groupBy(gateways, ({ network }) => network)
  const byNetworkAndCluster = groupBy(gateways, ({ network, clusterId }) => networkKey(network, clusterId))
  const sizes = [...byNetwork.values(), ...byNetworkAndCluster.values()].map((list) => list.length)
  return { byNetwork, byNetworkAndCluster, scale: scaleOf(sizes) }
}

const KNOWN = new WeakMap<Registry['networkGateways'], Gateways>()

/**
 * DNS clusters get gateways only if one of them has a host name: the reference updates its unresolved gateways only in
 * a reload that does not change those with an address (NetworkManager.reload).
 */
export function gatewaysOf(registry: Pick<Registry, 'networkGateways'>): Gateways {
  const { networkGateways } = registry
  let gateways = KNOWN.get(networkGateways)
  if (!gateways) {
    const addressed = networkGateways.filter(({ address }) => ipFamily(address) !== 0)
    const named = addressed.length < networkGateways.length
    gateways = { addressed: indexGateways(addressed), all: indexGateways(named ? networkGateways : []) }
    KNOWN.set(networkGateways, gateways)
  }
  return gateways
}

/** The gateways of the endpoint's network and cluster, otherwise those of its network. */
function gatewaysTo(endpoint: Endpoint, index: GatewayIndex, proxy: Proxy): readonly NetworkGateway[] {
  const { network, clusterId } = endpoint
  const found =
    index.byNetworkAndCluster.get(networkKey(network, clusterId)) ?? index.byNetwork.get(network) ?? NO_GATEWAYS
  // A gateway without an mTLS port supports only HBONE, which sidecars do not use.
  return proxy.type === 'sidecar' && found.some(({ port }) => port === 0)
    ? found.filter(({ port }) => port !== 0)
    : found
}

function familyOf(address: string): 4 | 6 | 0 {
  const text = canonicalIp(address)
  if (text === undefined) return 0
  return text.startsWith('::ffff:') && text.includes('.') ? 4 : ipFamily(text)
}

function reachableBy({ proxy, ownFamily }: Crossing, gateways: readonly NetworkGateway[]): readonly NetworkGateway[] {
  if (!ownFamily || proxy.ipMode === 'Dual') return gateways
  const family = proxy.ipMode === 'IPv6' ? 6 : 4
  return gateways.filter(({ address }) => familyOf(address) === family)
}

/** How a proxy reaches other networks. */
export interface Crossing {
  readonly proxy: Proxy
  /** A proxy without its own network also uses gateways where they exist. */
  readonly withoutOwnNetwork: boolean
  /** Gateways whose IP family the proxy lacks are excluded. */
  readonly ownFamily: boolean
  readonly labels: WorkloadLabels
}

function isDirect({ proxy, withoutOwnNetwork }: Crossing, network: string, gateways: number): boolean {
  if (gateways === 0 || network === '') return true
  return proxy.network === '' ? !withoutOwnNetwork : network === proxy.network
}

function scaledWeight(weight: number, scale: number): number {
  return weight < Math.floor(LARGEST_WEIGHT / scale) ? weight * scale : LARGEST_WEIGHT
}

interface Share {
  readonly gateway: NetworkGateway
  weight: number
  readonly behind: Endpoint[]
}

function addShares(
  shares: Map<NetworkGateway, Share>,
  gateways: readonly NetworkGateway[],
  endpoint: Endpoint,
  weight: number,
) {
  const part = Math.floor(weight / gateways.length)
  for (const gateway of gateways) {
    const share = shares.get(gateway)
    if (!share) shares.set(gateway, { gateway, weight: part, behind: [endpoint] })
    else {
      share.weight = addWeights(share.weight, part)
      share.behind.push(endpoint)
    }
  }
}

function throughGateway({ gateway, weight, behind }: Share, labels: WorkloadLabels): BalancedEndpoint {
  const { clusterId, network } = gateway
  return {
    addresses: [gateway.address],
    port: gateway.port,
    health: undefined,
    weight: weight || 1,
    tlsMode: MTLS,
    workload: `;;;;${clusterId}`,
    labels: labels.augment(EMPTY_MAP, { clusterId, network, locality: '', nodeName: '' }),
    source: { kind: 'gateway', gateway, behind },
  }
}

function byAddress(a: Share, b: Share): number {
  return compareBytes(a.gateway.address, b.gateway.address) || a.gateway.port - b.gateway.port
}

/** The reference does not support unix sockets between networks. */
const hasHost = ({ addresses, port }: BalancedEndpoint): boolean => addresses[0] !== '' && port !== 0

function routeGroup(group: LocalityGroup, index: GatewayIndex, crossing: Crossing): LocalityGroup {
  const { proxy } = crossing
  const direct: BalancedEndpoint[] = []
  const shares = new Map<NetworkGateway, Share>()
  for (const item of group.endpoints) {
    if (item.source.kind !== 'workload') continue
    const { endpoint } = item.source
    const weight = scaledWeight(item.weight, index.scale)
    const gateways = gatewaysTo(endpoint, index, proxy)
    if (isDirect(crossing, endpoint.network, gateways.length)) {
      if (hasHost(item)) direct.push({ ...item, weight })
      continue
    }
    const reachable = reachableBy(crossing, gateways)
    // Gateways route by SNI, which only mTLS connections have.
    if (reachable.length > 0 && item.tlsMode === MTLS) addShares(shares, reachable, endpoint, weight)
  }
  return regrouped(group, [
    ...direct,
    ...[...shares.values()].sort(byAddress).map((share) => throughGateway(share, crossing.labels)),
  ])
}

/** Replaces endpoints in other networks by gateways; in a mesh without gateways, all endpoints are reached directly. */
export function routeThroughGateways(
  groups: readonly LocalityGroup[],
  index: GatewayIndex,
  crossing: Crossing,
): readonly LocalityGroup[] {
  return index.byNetwork.size === 0 ? groups : groups.map((group) => routeGroup(group, index, crossing))
}
