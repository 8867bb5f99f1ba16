/**
 * Endpoints in other networks are reached through their network's gateways (pilot/pkg/xds/endpoints/ep_filters.go
 * EndpointsByNetworkFilter, pilot/pkg/model/network.go).
 */
import { canonicalIp, ipFamily } from '../../../common/addresses.ts'
import { compareBytes } from '../../../common/bytes.ts'
import { groupBy } from '../../../common/collections.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import type { Endpoint, NetworkGateway } from '../../../registry/endpoint.ts'
import type { WorkloadLabels } from '../../../registry/labels.ts'
import type { Registry } from '../../../registry/registry.ts'
import { addWeights, type BalancedEndpoint, type LocalityGroup, MTLS, regrouped } from './groups.ts'

const NO_LABELS: ReadonlyMap<string, string> = new Map()
const NO_GATEWAYS: readonly NetworkGateway[] = []
const LARGEST_WEIGHT = 0xffffffff

/** Gateways by the networks that they lead into. */
export interface GatewayIndex {
  readonly byNetwork: ReadonlyMap<string, readonly NetworkGateway[]>
  readonly byNetworkAndCluster: ReadonlyMap<string, readonly NetworkGateway[]>
  /** Makes every weight divisible by the number of gateways that may share it. */
  readonly scale: number
}

/** The gateways as EDS uses them (addresses only) and as DNS clusters do (host names, too). */
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
  // The reference keeps 32 bits of it, and does not scale when nothing is left.
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
 * DNS clusters know of the gateways only when one of them has a host name: the reference brings its list of unresolved
 * gateways up to date only in an update that leaves those with an address as they are (NetworkManager.reload).
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

/** Those of the endpoint's network and cluster, else those of its network. */
function gatewaysTo(endpoint: Endpoint, index: GatewayIndex, proxy: Proxy): readonly NetworkGateway[] {
  const { network, clusterId } = endpoint
  const found =
    index.byNetworkAndCluster.get(networkKey(network, clusterId)) ?? index.byNetwork.get(network) ?? NO_GATEWAYS
  // A gateway without an mTLS port only speaks HBONE, which sidecars do not.
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

/** Who reaches other networks through their gateways. */
export interface Crossing {
  readonly proxy: Proxy
  /** A proxy without a network, too, reaches others through gateways where there are some. */
  readonly withoutOwnNetwork: boolean
  /** Gateways of an IP family that the proxy does not have are left out. */
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
    labels: labels.augment(NO_LABELS, { clusterId, network, locality: '', nodeName: '' }),
    source: { kind: 'gateway', gateway, behind },
  }
}

function byAddress(a: Share, b: Share): number {
  return compareBytes(a.gateway.address, b.gateway.address) || a.gateway.port - b.gateway.port
}

/** Between networks the reference knows no unix sockets. */
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
    // Gateways route by SNI, which only mTLS connections carry.
    if (reachable.length > 0 && item.tlsMode === MTLS) addShares(shares, reachable, endpoint, weight)
  }
  return regrouped(group, [
    ...direct,
    ...[...shares.values()].sort(byAddress).map((share) => throughGateway(share, crossing.labels)),
  ])
}

/** Replaces endpoints of other networks by gateways; without any gateway in the mesh, everything is reached directly. */
export function routeThroughGateways(
  groups: readonly LocalityGroup[],
  index: GatewayIndex,
  crossing: Crossing,
): readonly LocalityGroup[] {
  return index.byNetwork.size === 0 ? groups : groups.map((group) => routeGroup(group, index, crossing))
}
