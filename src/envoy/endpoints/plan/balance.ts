/**
 * The endpoints of a service port that a proxy balances over (pilot/pkg/xds/endpoints/endpoint_builder.go). EDS and DNS
 * clusters differ in their candidates; the rest is the same.
 */

import { ipFamily } from '../../../common/addresses.ts'
import { append, groupBy } from '../../../common/collections.ts'
import { LABELS } from '../../../common/istio-names.ts'
import type { Subset } from '../../../kinds/messages/destination-rule.ts'
import { selects } from '../../../kinds/resource.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import type { Endpoint, Shard } from '../../../registry/endpoint.ts'
import { type WorkloadLabels, workloadLabels } from '../../../registry/labels.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { MergedDestinationRule, ProxyView } from '../../../scope/view.ts'
import { isClusterLocal } from '../../policy/cluster-local.ts'
import { inboundMtls, mtlsOfPort } from '../../policy/peer-authentication.ts'
import { type EffectivePolicy, statedTlsMode } from '../../policy/traffic-policy.ts'
import { type BalancedEndpoint, groupByLocality, type LocalityGroup, MTLS, regrouped } from './groups.ts'
import { gatewaysOf, routeThroughGateways } from './networks.ts'

const TLS_DISABLED = 'disabled'
const CANONICAL_NAME = [LABELS.canonicalName, LABELS.appName, 'app'] as const
const CANONICAL_REVISION = [LABELS.canonicalRevision, LABELS.appVersion, 'version'] as const
const DEFAULT_REVISION = 'latest'
const NO_ENDPOINTS: readonly Endpoint[] = []

/** The cluster whose endpoints are computed. */
export interface Target {
  readonly service: Service
  readonly port: Port
  readonly rule: MergedDestinationRule | undefined
  readonly subset: Subset | undefined
  /** The rule's policy for this port and subset, without the mesh's defaults. */
  readonly policy: EffectivePolicy | undefined
  /** Only endpoints that support mTLS, for gateways that pass it through. */
  readonly mtlsOnly: boolean
}

/** The proxy's settings that select endpoints, read once. */
interface Observer {
  readonly proxy: Proxy
  readonly nodeName: string
  /** The networks that the proxy requested; undefined for all. */
  readonly networks: ReadonlySet<string> | undefined
  readonly dualStack: boolean
  readonly unhealthyWanted: boolean
  /** A proxy without its own network also reaches others through their gateways. */
  readonly withoutOwnNetwork: boolean
  /** It uses only gateways of its own IP family. */
  readonly ownFamily: boolean
  readonly labels: WorkloadLabels
}

const OBSERVERS = new WeakMap<ProxyView, Observer>()

function requestedNetworks(proxy: Proxy): ReadonlySet<string> | undefined {
  const text = proxy.metadata.get('REQUESTED_NETWORK_VIEW')
  return text ? new Set([...text.split(','), '']) : undefined
}

function observerOf(view: ProxyView): Observer {
  let observer = OBSERVERS.get(view)
  if (!observer) {
    const { proxy } = view
    const { features } = view.registry.snapshot
    observer = {
      proxy,
      nodeName: proxy.metadata.get('NODE_NAME') ?? '',
      networks: requestedNetworks(proxy),
      dualStack: features.dualStack,
      unhealthyWanted: sendsUnhealthy(view),
      withoutOwnNetwork: features.has('gateways-without-own-network'),
      ownFamily: features.has('gateways-of-own-family'),
      labels: workloadLabels(features),
    }
    OBSERVERS.set(view, observer)
  }
  return observer
}

/** Clients also receive unhealthy endpoints, so that they know how many there are. */
export function sendsUnhealthy(view: ProxyView): boolean {
  return view.registry.snapshot.features.has('unhealthy-endpoints')
}

const resolvesByDns = ({ resolution }: Service): boolean => resolution === 'DNSLB' || resolution === 'DNSRoundRobinLB'

const BY_PORT_NAME = new WeakMap<Shard, ReadonlyMap<string, readonly Endpoint[]>>()

/** A shard's endpoints by port name; indexed, so that many ports do not each read all endpoints. */
function shardEndpoints(shard: Shard, portName: string): readonly Endpoint[] {
  let byName = BY_PORT_NAME.get(shard)
  if (!byName) {
    byName = groupBy(shard.endpoints, ({ servicePortName }) => servicePortName)
    BY_PORT_NAME.set(shard, byName)
  }
  return byName.get(portName) ?? NO_ENDPOINTS
}

const BY_PORT_NUMBER = new WeakMap<readonly Shard[], ReadonlyMap<number, readonly Endpoint[]>>()

/** Port numbers by name, of the declared service: scope may have trimmed the proxy's copy. */
function declaredPorts(view: ProxyView, service: Service): ReadonlyMap<string, number> {
  const declared = view.registry.serviceOf(service.hostname, service.namespace) ?? service
  return new Map(declared.ports.map(({ name, number }) => [name, number]))
}

function groupByPortNumber(view: ProxyView, service: Service, shards: readonly Shard[]) {
  const ports = declaredPorts(view, service)
  const lists = new Map<number, Endpoint[]>()
  for (const endpoint of shards.flatMap((shard) => shard.endpoints)) {
    // Entries have the number of the service port; slices have its name only.
    const number = endpoint.servicePortNumber ?? ports.get(endpoint.servicePortName)
    if (number === undefined) continue
    append(lists, number, endpoint)
  }
  return lists
}

/** All endpoints of a service port number, healthy or not, in every cluster. */
export function endpointsOfPort(view: ProxyView, service: Service, port: number): readonly Endpoint[] {
  const shards = view.registry.shardsOf(service.namespace, service.hostname)
  let byNumber = BY_PORT_NUMBER.get(shards)
  if (!byNumber) {
    byNumber = groupByPortNumber(view, service, shards)
    BY_PORT_NUMBER.set(shards, byNumber)
  }
  return byNumber.get(port) ?? NO_ENDPOINTS
}

function inSubset(endpoints: readonly Endpoint[], subset: Subset | undefined): readonly Endpoint[] {
  if (!subset || subset.labels.size === 0) return endpoints
  return endpoints.filter(({ labels }) => selects(subset.labels, labels))
}

/** EDS sends addresses and sockets; host names are for DNS clusters only. */
function isAddressable({ addresses, port }: Endpoint): boolean {
  const [address = ''] = addresses
  return address === '' || port === 0 || ipFamily(address) !== 0
}

const isLocal = (view: ProxyView, service: Service): boolean =>
  isClusterLocal(view.registry.snapshot.mesh, service.hostname)

/** The endpoints that EDS may send for a cluster, before filtering for the proxy. */
export function edsCandidates(view: ProxyView, { service, port, subset }: Target): readonly Endpoint[] {
  if (resolvesByDns(service)) return NO_ENDPOINTS
  const { clusterId } = view.proxy
  const ownOnly = service.kubernetes?.nodeLocal || isLocal(view, service)
  const shards = view.registry.shardsOf(service.namespace, service.hostname)
  const found = shards
    .filter((shard) => !ownOnly || shard.clusterId === clusterId)
    .flatMap((shard) => shardEndpoints(shard, port.name))
  return inSubset(found.every(isAddressable) ? found : found.filter(isAddressable), subset)
}

/** The endpoints that a DNS cluster resolves, before filtering for the proxy. */
export function dnsCandidates(view: ProxyView, { service, port, subset }: Target): readonly Endpoint[] {
  return inSubset(endpointsOfPort(view, service, port.number), subset)
}

function includesUnhealthy({ service, policy }: Target, observer: Observer): boolean {
  if (service.trafficDistribution !== 'any') return true
  return observer.unhealthyWanted && !((policy?.outlierDetection?.minHealthPercent ?? 0) > 0)
}

const isDraining = ({ health, labels }: Endpoint): boolean => health === 'DRAINING' || !!labels.get(LABELS.draining)

/** A test whether the proxy receives an endpoint of the target. */
function visibility(view: ProxyView, target: Target, observer: Observer): (endpoint: Endpoint) => boolean {
  const { service } = target
  const unhealthy = includesUnhealthy(target, observer)
  const keepsSessions = !!service.labels.get(LABELS.persistentSession)
  const nodeLocal = service.kubernetes?.nodeLocal ?? false
  const clusterLocal = isLocal(view, service)
  const { networks, nodeName, proxy } = observer
  return (endpoint) => {
    if (nodeLocal && endpoint.nodeName !== nodeName) return false
    if (networks && !networks.has(endpoint.network)) return false
    if (clusterLocal && endpoint.clusterId !== proxy.clusterId) return false
    if (endpoint.health === 'TERMINATING') return false
    if (endpoint.health === 'UNHEALTHY' && !unhealthy) return false
    return keepsSessions || !isDraining(endpoint)
  }
}

function firstLabel(labels: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

function workloadText({ workloadName, namespace, labels, clusterId }: Endpoint): string {
  const name = firstLabel(labels, CANONICAL_NAME) ?? workloadName
  const revision = firstLabel(labels, CANONICAL_REVISION)
  return `${workloadName};${namespace};${name};${revision && revision !== DEFAULT_REVISION ? revision : ''};${clusterId}`
}

/** A test whether mTLS is used for an endpoint: by the client's rule, otherwise if the workload supports it. */
function mtlsCheck(view: ProxyView, { rule, port, subset }: Target): (endpoint: Endpoint) => boolean {
  const inherits = view.registry.snapshot.features.has('tls-mode-of-subsets')
  const stated = statedTlsMode(rule, port.number, subset?.name ?? '', inherits)
  if (stated !== undefined) return () => stated === 'ISTIO_MUTUAL'
  return (endpoint) => {
    if (endpoint.tlsMode !== MTLS) return false
    const mtls = inboundMtls(view.registry, endpoint.namespace, endpoint.labels)
    return mtlsOfPort(mtls, endpoint.port) !== 'DISABLE'
  }
}

function healthOf(endpoint: Endpoint): BalancedEndpoint['health'] {
  if (endpoint.labels.get(LABELS.draining)) return 'DRAINING'
  return endpoint.health === 'TERMINATING' ? undefined : endpoint.health
}

function balanced(endpoint: Endpoint, mtlsOn: boolean, dualStack: boolean): BalancedEndpoint {
  return {
    addresses: dualStack ? endpoint.addresses : endpoint.addresses.slice(0, 1),
    port: endpoint.port,
    health: healthOf(endpoint),
    weight: endpoint.weight > 0 ? endpoint.weight : 1,
    tlsMode: mtlsOn && endpoint.tlsMode !== TLS_DISABLED ? endpoint.tlsMode : '',
    workload: workloadText(endpoint),
    labels: endpoint.labels,
    source: { kind: 'workload', endpoint },
  }
}

function mtlsEndpoints(group: LocalityGroup): LocalityGroup {
  return regrouped(
    group,
    group.endpoints.filter(({ tlsMode }) => tlsMode === MTLS),
  )
}

/** The localities of a target as the proxy sees them, without priorities. Empty when no endpoint is left. */
export function balancedGroups(
  view: ProxyView,
  target: Target,
  candidates: readonly Endpoint[],
): readonly LocalityGroup[] {
  if (candidates.length === 0) return []
  const observer = observerOf(view)
  const isVisible = visibility(view, target, observer)
  const takesMtls = mtlsCheck(view, target)
  const visible = candidates.filter(isVisible).map((endpoint) => ({
    locality: endpoint.locality,
    endpoint: balanced(endpoint, takesMtls(endpoint), observer.dualStack),
  }))
  const gateways = gatewaysOf(view.registry)
  const index = resolvesByDns(target.service) ? gateways.all : gateways.addressed
  const groups = routeThroughGateways(groupByLocality(visible), index, observer)
  return target.mtlsOnly ? groups.map(mtlsEndpoints) : groups
}
