/** Where a route sends requests (route.go applyHTTPRouteDestination). */
import { outboundClusterName } from '../../../common/names.ts'
import type { Destination, HTTPRoute, HTTPRouteDestination, Percent } from '../../../kinds/messages/virtual-service.ts'
import type { Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { hashOfDestination } from './hash-policy.ts'
import { planRetries } from './retries.ts'
import type { ConsistentHash, ForwardPlan, MirrorPlan, Share } from './route.ts'
import type { RouteSettings } from './settings.ts'

const NO_MIRRORS: readonly MirrorPlan[] = []
const NO_HASHES: readonly ConsistentHash[] = []

/** What a destination without a host is sent to. */
const UNKNOWN_CLUSTER = 'UnknownService'

/** What a route needs to know of a service that it sends requests to. */
export interface DestinationService {
  /** Of an ExternalName service the host that it stands for, else ''. */
  readonly externalName: string
  /** Its port, when it has exactly one. */
  readonly onlyPort: number | undefined
}

export function destinationService(service: Service): DestinationService {
  const { ports, kubernetes } = service
  return {
    externalName: kubernetes?.externalName ?? '',
    onlyPort: ports.length === 1 ? ports[0]?.number : undefined,
  }
}

/** Where a VirtualService's http routes are built for. */
export interface RouteContext {
  readonly view: ProxyView
  readonly settings: RouteSettings
  /** The port that matches and destinations without a port mean; 0 for unix sockets and the HTTP proxy. */
  readonly listenPort: number
  /** `mesh`, or the gateway as `NAMESPACE/NAME`. */
  readonly gateways: ReadonlySet<string>
  /** The server has TLS settings; decides only about ports in redirects. */
  readonly terminatesTls: boolean
  /** The service of a destination's host, if it is known here. */
  serviceOf(host: string): DestinationService | undefined
}

/** The cluster of a destination; whether there is such a cluster is not asked (route.go GetDestinationCluster). */
export function destinationCluster(
  destination: Destination | undefined,
  service: DestinationService | undefined,
  listenPort: number,
): string {
  if (!destination?.host) return UNKNOWN_CLUSTER
  const port = destination.port?.number ?? service?.onlyPort ?? listenPort
  return outboundClusterName(port, destination.subset, service?.externalName || destination.host)
}

function clusterOf(destination: Destination | undefined, context: RouteContext): string {
  const service = destination && context.serviceOf(destination.host)
  return destinationCluster(destination, service, context.listenPort)
}

/** The share of requests that is mirrored; undefined when it is stated as none. */
function mirrored(percentage: Percent | undefined, percent?: number): Share | undefined {
  if (percentage) return percentage.value > 0 ? { percent: percentage.value, exact: true } : undefined
  return percent === 0 ? undefined : { percent: percent ?? 100, exact: false }
}

function mirrors(rule: HTTPRoute, context: RouteContext): readonly MirrorPlan[] {
  const keepsHost = context.settings.plainShadowHost
  const plan = (destination: Destination | undefined, share: Share | undefined): readonly MirrorPlan[] =>
    destination && share ? [{ cluster: clusterOf(destination, context), share, keepsHost }] : []
  return [
    ...plan(rule.mirror, mirrored(rule.mirrorPercentage, rule.mirrorPercent)),
    ...rule.mirrors.flatMap((mirror) => plan(mirror.destination, mirrored(mirror.percentage))),
  ]
}

/** The destinations that get requests: a single one whatever its weight. */
function receiving({ route }: HTTPRoute): readonly HTTPRouteDestination[] {
  return route.length === 1 ? route : route.filter(({ weight }) => weight !== 0)
}

/** One cluster, or several by weight; those with weight 0 take no part. */
function destinations(rule: HTTPRoute, context: RouteContext): ForwardPlan['to'] {
  const [first, second] = rule.route
  if (first && !second) return clusterOf(first.destination, context)
  return receiving(rule).map(({ destination, weight, headers }) => ({
    cluster: clusterOf(destination, context),
    weight,
    headers,
  }))
}

/** Where a rule of a VirtualService sends requests. */
export function planForward(rule: HTTPRoute, context: RouteContext): ForwardPlan {
  const { settings, view } = context
  const hashes = receiving(rule).map(({ destination }) => hashOfDestination(view, destination))
  return {
    kind: 'forward',
    to: destinations(rule, context),
    timeout: rule.timeout,
    rewrite: rule.rewrite,
    tellsHost: rule.rewrite !== undefined && settings.forwardedHost,
    mirrors: mirrors(rule, context),
    hashes: hashes.filter((hash) => hash !== undefined),
    retries: planRetries(rule.retries ?? settings.defaultRetries, rule.route.length === 1 && hashes[0] !== undefined),
  }
}

/** Where routes lead that no VirtualService asked for: one cluster, no time limits. */
export function plainForward(cluster: string, fields: Partial<Omit<ForwardPlan, 'kind' | 'to'>>): ForwardPlan {
  return {
    kind: 'forward',
    to: cluster,
    timeout: undefined,
    rewrite: undefined,
    tellsHost: false,
    mirrors: NO_MIRRORS,
    hashes: NO_HASHES,
    retries: undefined,
    ...fields,
  }
}
