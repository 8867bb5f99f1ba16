/**
 * Decides the destination of a TCP filter chain: one cluster or weighted clusters, and the DestinationRule's settings
 * (pilot/pkg/networking/core/networkfilter.go). Used for sidecars and routers.
 */
import { joinHostPort, outboundClusterName } from '../../../common/names.ts'
import type { TrafficPolicy, TrafficPolicyTunnelSettings } from '../../../kinds/messages/destination-rule.ts'
import type { Destination, RouteDestination } from '../../../kinds/messages/virtual-service.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { Port, Service } from '../../../registry/service.ts'
import { isWildcard } from '../../../registry/service.ts'
import { subsetsByName } from '../../../scope/destination-rules.ts'
import type { MergedDestinationRule, ProxyView } from '../../../scope/view.ts'
import { statName, statSubject } from '../../policy/stat-name.ts'
import { destinationCluster, destinationService } from '../../routes/plan/forward.ts'

export interface WeightedCluster {
  readonly name: string
  readonly weight: number
}

/** A DestinationRule's settings for connections. */
export interface TcpPolicy {
  readonly idleTimeout: Duration | undefined
  readonly maxConnectionDuration: Duration | undefined
  readonly hashSourceIp: boolean
  readonly tunnel: { readonly hostname: string; readonly post: boolean } | undefined
}

export interface TcpDestination {
  readonly statPrefix: string
  readonly cluster: string | readonly WeightedCluster[]
  /** undefined when no rule applies. */
  readonly policy: TcpPolicy | undefined
  /** The port's protocol is MongoDB. */
  readonly mongo: boolean
  /** The wildcard host whose names are resolved on connection. */
  readonly dynamicHost: string | undefined
  /** The port of the listener. */
  readonly port: number
}

/** A wildcard host with resolution DYNAMIC_DNS, whose names are resolved per connection or request. */
export function dynamicHostOf(service: Service): string | undefined {
  return service.resolution === 'DynamicDNS' && isWildcard(service.hostname) ? service.hostname : undefined
}

/** The service's only port, otherwise the listener's port. */
function clusterPort(service: Service | undefined, listenPort: number): number {
  const [only] = service?.ports ?? []
  return only && service?.ports.length === 1 ? only.number : listenPort
}

/** The cluster of a destination; an ExternalName service uses its target's cluster. */
export function clusterOf(destination: Destination, service: Service | undefined, listenPort: number): string {
  return destinationCluster(destination, service && destinationService(service), listenPort)
}

/** The rule for a host as the proxy sees it. */
function ruleOf(view: ProxyView, service: Service | undefined): MergedDestinationRule | undefined {
  return service && view.destinationRuleOf(service, 'outbound')
}

function usesSourceIp(policy: TrafficPolicy | undefined): boolean {
  return policy?.loadBalancer?.consistentHash?.useSourceIp ?? false
}

/** A subset with its own load balancer overrides the rule's. */
function hashesSourceIp(rule: MergedDestinationRule, subsetName: string): boolean {
  const subset = subsetsByName(rule).get(subsetName)
  return subset?.trafficPolicy?.loadBalancer ? usesSourceIp(subset.trafficPolicy) : usesSourceIp(rule.trafficPolicy)
}

function tunnelSettings(rule: MergedDestinationRule, subsetName: string): TcpPolicy['tunnel'] {
  const policy = subsetName === '' ? rule.trafficPolicy : subsetsByName(rule).get(subsetName)?.trafficPolicy
  const tunnel: TrafficPolicyTunnelSettings | undefined = policy?.tunnel
  return tunnel && { hostname: joinHostPort(tunnel.targetHost, tunnel.targetPort), post: tunnel.protocol === 'POST' }
}

interface Target {
  readonly statPrefix: string
  readonly cluster: string | readonly WeightedCluster[]
  /** The subset whose policy applies; '' for several destinations. */
  readonly subset: string
  readonly port: Port
}

/** A rule's settings for connections to a subset, or to the whole service for ''. */
export function tcpPolicyOf(rule: MergedDestinationRule, subset: string): TcpPolicy {
  const tcp = rule.trafficPolicy?.connectionPool?.tcp
  return {
    idleTimeout: tcp?.idleTimeout,
    maxConnectionDuration: tcp?.maxConnectionDuration,
    hashSourceIp: hashesSourceIp(rule, subset),
    tunnel: tunnelSettings(rule, subset),
  }
}

function destination(target: Target, rule: MergedDestinationRule | undefined): TcpDestination {
  return {
    statPrefix: target.statPrefix,
    cluster: target.cluster,
    policy: rule && tcpPolicyOf(rule, target.subset),
    mongo: target.port.protocol === 'Mongo',
    dynamicHost: undefined,
    port: target.port.number,
  }
}

/** The settings for connections to a service's own clusters; undefined when no rule applies. */
export function ownPolicy(view: ProxyView, service: Service): TcpPolicy | undefined {
  const rule = ruleOf(view, view.serviceByHost.get(service.hostname) ?? service)
  return rule && tcpPolicyOf(rule, '')
}

/**
 * A service's own cluster, for ports without a VirtualService.
 * @param pattern the mesh's pattern for names in statistics
 * @param policy that of `ownPolicy`
 */
export function ownDestination(
  service: Service,
  { number, protocol }: Port,
  pattern: string,
  policy: TcpPolicy | undefined,
): TcpDestination {
  const port = clusterPort(service, number)
  const cluster = outboundClusterName(port, '', service.hostname)
  return {
    statPrefix: statName(pattern, cluster, statSubject(service, { number: port, name: '' }, '', 0)),
    cluster,
    policy,
    mongo: protocol === 'Mongo',
    dynamicHost: dynamicHostOf(service),
    port: number,
  }
}

function singleRoute(
  view: ProxyView,
  route: Destination,
  service: Service | undefined,
  port: Port,
): Omit<Target, 'port'> {
  const cluster = clusterOf(route, service, port.number)
  const pattern = view.registry.snapshot.mesh.outboundClusterStatName
  const { host, subset } = route
  const statPrefix = service ? statName(pattern, cluster, { ...statSubject(service, port, subset, 0), host }) : cluster
  return { cluster, statPrefix, subset }
}

const NOWHERE: Destination = { host: '', subset: '', port: undefined }

function weightedRoutes(
  view: ProxyView,
  routes: readonly RouteDestination[],
  owner: { readonly name: string; readonly namespace: string },
  port: Port,
): Omit<Target, 'port'> {
  const clusters: WeightedCluster[] = []
  for (const route of routes) {
    if (route.weight <= 0) continue
    const to = route.destination ?? NOWHERE
    clusters.push({
      name: clusterOf(to, view.serviceByHost.get(to.host), port.number),
      weight: route.weight,
    })
  }
  return { statPrefix: `${owner.name}.${owner.namespace}`, cluster: clusters, subset: '' }
}

/**
 * The destination of a VirtualService's tcp or tls route. The policy is that of the first destination's service.
 * @param owner the VirtualService, which names the statistics of several destinations
 */
export function routedDestination(
  view: ProxyView,
  routes: readonly RouteDestination[],
  owner: { readonly name: string; readonly namespace: string },
  port: Port,
): TcpDestination {
  const first = routes[0]?.destination ?? NOWHERE
  const service = view.serviceByHost.get(first.host)
  const target =
    routes.length === 1 ? singleRoute(view, first, service, port) : weightedRoutes(view, routes, owner, port)
  return destination({ ...target, port }, ruleOf(view, service))
}
