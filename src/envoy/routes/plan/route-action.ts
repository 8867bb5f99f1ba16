/** Where a route sends requests (route.go applyHTTPRouteDestination). */
import { outboundClusterName } from '../../../common/names.ts'
import type {
  Destination,
  HTTPRewrite,
  HTTPRoute,
  HTTPRouteDestination,
  Percent,
} from '../../../kinds/messages/virtual-service.ts'
import type { Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { compact, durationText } from '../../json.ts'
import { fractionOf, unlessEmpty, wholePercent } from '../write/fields.ts'
import { type HeaderChanges, headerChanges, headerOperations, joinChanges } from '../write/headers.ts'
import { regexMatcher } from '../write/match.ts'
import type {
  ClusterWeight,
  FractionalPercent,
  HashPolicy,
  RequestMirrorPolicy,
  RouteAction,
} from '../write/resources.ts'
import { retryPolicy } from '../write/retry-policy.ts'
import { hashOfDestination, hashPolicy } from './hash-policy.ts'
import type { RouteSettings } from './settings.ts'

const NO_TIMEOUT = '0s'
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

function rewriteFields(rewrite: HTTPRewrite | undefined, settings: RouteSettings): Partial<RouteAction> {
  if (!rewrite) return {}
  const { uri, uriRegexRewrite: regex } = rewrite
  return {
    ...(regex
      ? { regexRewrite: compact({ pattern: regexMatcher(regex.match), substitution: regex.rewrite || undefined }) }
      : { prefixRewrite: uri || undefined }),
    appendXForwardedHost: settings.forwardedHost || undefined,
  }
}

/** The share of requests that is mirrored; undefined when it is stated as none. */
function mirrored(percentage: Percent | undefined, percent?: number): FractionalPercent | undefined {
  if (percentage) return percentage.value > 0 ? fractionOf(percentage) : undefined
  return percent === 0 ? undefined : wholePercent(percent ?? 100)
}

function mirrorPolicies(rule: HTTPRoute, context: RouteContext): readonly RequestMirrorPolicy[] | undefined {
  const policies: RequestMirrorPolicy[] = []
  const add = (destination: Destination | undefined, share: FractionalPercent | undefined) => {
    if (!destination || !share) return
    policies.push(
      compact<RequestMirrorPolicy>({
        cluster: clusterOf(destination, context),
        runtimeFraction: { defaultValue: share },
        traceSampled: false,
        disableShadowHostSuffixAppend: context.settings.plainShadowHost || undefined,
      }),
    )
  }
  add(rule.mirror, mirrored(rule.mirrorPercentage, rule.mirrorPercent))
  for (const mirror of rule.mirrors) add(mirror.destination, mirrored(mirror.percentage))
  return unlessEmpty(policies)
}

function clusterWeight(destination: HTTPRouteDestination, context: RouteContext): ClusterWeight {
  const changes = headerChanges(destination.headers)
  return compact<ClusterWeight>({
    name: clusterOf(destination.destination, context),
    weight: destination.weight,
    ...headerOperations(changes),
    hostRewriteLiteral: changes.authority || undefined,
  })
}

/** The destinations that get requests: a single one whatever its weight. */
function receiving({ route }: HTTPRoute): readonly HTTPRouteDestination[] {
  return route.length === 1 ? route : route.filter(({ weight }) => weight !== 0)
}

/** One cluster, or several by weight; those with weight 0 take no part. */
function clusterFields(rule: HTTPRoute, context: RouteContext): Partial<RouteAction> {
  const [first, second] = rule.route
  if (first && !second) return { cluster: clusterOf(first.destination, context) }
  const clusters = receiving(rule).map((destination) => clusterWeight(destination, context))
  return { weightedClusters: clusters.length > 0 ? { clusters } : {} }
}

export interface RoutedAction {
  readonly action: RouteAction
  /** Of the rule, and of its destination when there is only one. */
  readonly changes: HeaderChanges
}

export function routeAction(rule: HTTPRoute, context: RouteContext): RoutedAction {
  const { settings, view } = context
  const single = rule.route.length === 1
  const hashes = receiving(rule).map(({ destination }) => hashOfDestination(view, destination))
  const policies = hashes.map(hashPolicy).filter((policy): policy is HashPolicy => policy !== undefined)

  const own = headerChanges(rule.headers)
  const changes = single ? joinChanges(own, headerChanges(rule.route[0]?.headers)) : own
  const timeout = durationText(rule.timeout) ?? NO_TIMEOUT
  const action = compact<RouteAction>({
    ...clusterFields(rule, context),
    timeout,
    maxGrpcTimeout: timeout,
    ...rewriteFields(rule.rewrite, settings),
    hostRewriteLiteral: rule.rewrite?.authority || changes.authority || undefined,
    requestMirrorPolicies: mirrorPolicies(rule, context),
    hashPolicy: unlessEmpty(policies),
    retryPolicy: retryPolicy(rule.retries ?? settings.defaultRetries, single && hashes[0] !== undefined),
  })
  return { action, changes }
}

const NO_LIMITS = { timeout: NO_TIMEOUT, maxGrpcTimeout: NO_TIMEOUT } as const

/** The action of routes that no VirtualService asked for: one cluster, no time limits. */
export function plainAction(cluster: string, more: Partial<RouteAction> = {}): RouteAction {
  return { cluster, ...NO_LIMITS, ...more }
}
