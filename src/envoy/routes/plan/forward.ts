/** Where a route sends requests (route.go applyHTTPRouteDestination). */
import { outboundClusterName } from '../../../common/names.ts'
import { quoteMeta } from '../../../derivation/quote-meta.ts'
import type {
  Destination,
  HTTPMatchRequest,
  HTTPRewrite,
  HTTPRoute,
  HTTPRouteDestination,
  Percent,
} from '../../../kinds/messages/virtual-service.ts'
import type { Service } from '../../../registry/service.ts'
import type { ProxyView, RouteSemantics } from '../../../scope/view.ts'
import { hashOfDestination } from './hash-policy.ts'
import { planRetries } from './retries.ts'
import type { ConsistentHash, ForwardPlan, MirrorPlan, Share } from './route.ts'
import type { RouteSettings } from './settings.ts'

const ROOT = '/'

const NO_MIRRORS: readonly MirrorPlan[] = []
const NO_HASHES: readonly ConsistentHash[] = []

/** The cluster of a destination without a host. */
const UNKNOWN_CLUSTER = 'UnknownService'

/** The properties of a destination's service that routes depend on. */
export interface DestinationService {
  /** The target of an ExternalName service, otherwise ''. */
  readonly externalName: string
  /** Its port, if it has exactly one. */
  readonly onlyPort: number | undefined
}

export function destinationService(service: Service): DestinationService {
  const { ports, kubernetes } = service
  return {
    externalName: kubernetes?.externalName ?? '',
    onlyPort: ports.length === 1 ? ports[0]?.number : undefined,
  }
}

/** What a VirtualService's http routes are built for. */
export interface RouteContext {
  readonly view: ProxyView
  readonly settings: RouteSettings
  /** The port for matches and destinations without one; 0 for unix sockets and the HTTP proxy. */
  readonly listenPort: number
  /** `mesh`, or the gateway as `NAMESPACE/NAME`. */
  readonly gateways: ReadonlySet<string>
  /** The server has TLS settings, which only affect ports in redirects. */
  readonly terminatesTls: boolean
  /** The service of a destination's host, if known. */
  serviceOf(host: string): DestinationService | undefined
}

/** The cluster of a destination, whether or not it exists (route.go GetDestinationCluster). */
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

/** The share of mirrored requests; undefined when it is zero. */
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

/** The destinations that receive requests: a single one whatever its weight. */
function receiving({ route }: HTTPRoute): readonly HTTPRouteDestination[] {
  return route.length === 1 ? route : route.filter(({ weight }) => weight !== 0)
}

/** One cluster, or several by weight; those with weight 0 are omitted. */
function destinations(rule: HTTPRoute, context: RouteContext): ForwardPlan['to'] {
  const [first, second] = rule.route
  if (first && !second) return clusterOf(first.destination, context)
  return receiving(rule).map(({ destination, weight, headers }) => ({
    cluster: clusterOf(destination, context),
    weight,
    headers,
  }))
}

/** A rewrite to `/` removes the prefix and keeps one slash. */
function removingPrefix(rewrite: HTTPRewrite, match: HTTPMatchRequest | undefined): HTTPRewrite {
  const path = match?.uri?.prefix ?? ROOT
  const prefix = path === ROOT ? '' : quoteMeta(path.replace(/\/$/, ''))
  return { ...rewrite, uri: '', uriRegexRewrite: { match: `^${prefix}(/?)(.*)`, rewrite: '/\\2' } }
}

/**
 * The destination of a VirtualService's rule.
 * @param match the one of the rule's that the route is for
 */
export function planForward(
  rule: HTTPRoute,
  match: HTTPMatchRequest | undefined,
  context: RouteContext,
  semantics: RouteSemantics,
): ForwardPlan {
  const { settings, view } = context
  const ofGateway = semantics === 'gateway'
  const hashes = receiving(rule).map(({ destination }) => hashOfDestination(view, destination))
  return {
    kind: 'forward',
    to: destinations(rule, context),
    timeout: rule.timeout,
    rewrite: ofGateway && rule.rewrite?.uri === ROOT ? removingPrefix(rule.rewrite, match) : rule.rewrite,
    failsWithoutCluster: ofGateway,
    tellsHost: rule.rewrite !== undefined && settings.forwardedHost,
    mirrors: mirrors(rule, context),
    hashes: hashes.filter((hash) => hash !== undefined),
    retries: planRetries(rule.retries ?? settings.defaultRetries, rule.route.length === 1 && hashes[0] !== undefined),
  }
}

/** The destination of a route without a VirtualService: one cluster, no timeouts. */
export function plainForward(cluster: string, fields: Partial<Omit<ForwardPlan, 'kind' | 'to'>>): ForwardPlan {
  return {
    kind: 'forward',
    to: cluster,
    timeout: undefined,
    rewrite: undefined,
    failsWithoutCluster: false,
    tellsHost: false,
    mirrors: NO_MIRRORS,
    hashes: NO_HASHES,
    retries: undefined,
    ...fields,
  }
}
