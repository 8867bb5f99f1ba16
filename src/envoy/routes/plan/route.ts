/** Planned route configurations. Values from users are copied unchanged. */
import type { LoadBalancerSettingsConsistentHashLB } from '../../../kinds/messages/destination-rule.ts'
import type {
  CorsPolicy,
  Headers,
  HTTPDirectResponse,
  HTTPFaultInjection,
  HTTPMatchRequest,
  HTTPRedirect,
  HTTPRewrite,
} from '../../../kinds/messages/virtual-service.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { HttpRouteView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import type { RetryPlan } from './retries.ts'

const NO_HEADERS: readonly Headers[] = []

export type ConsistentHash = LoadBalancerSettingsConsistentHashLB

/** A destination of a route with several. */
export interface WeightedDestination {
  readonly cluster: string
  readonly weight: number
  readonly headers: Headers | undefined
}

/** A share of requests. */
export interface Share {
  readonly percent: number
  /** Fractions of a percent are kept. */
  readonly exact: boolean
}

export interface MirrorPlan {
  readonly cluster: string
  readonly share: Share
  /** Mirrored requests keep their host instead of getting the suffix `-shadow`. */
  readonly keepsHost: boolean
}

export interface ForwardPlan {
  readonly kind: 'forward'
  /** One cluster, or several by weight. */
  readonly to: string | readonly WeightedDestination[]
  /** undefined for no limit. */
  readonly timeout: Duration | undefined
  readonly rewrite: HTTPRewrite | undefined
  /** Requests for a cluster that does not exist get status 500 instead of 503. */
  readonly failsWithoutCluster: boolean
  /** The destination receives the original host. */
  readonly tellsHost: boolean
  readonly mirrors: readonly MirrorPlan[]
  readonly hashes: readonly ConsistentHash[]
  /** undefined for no retries. */
  readonly retries: RetryPlan | undefined
}

export interface RedirectPlan {
  readonly kind: 'redirect'
  readonly redirect: HTTPRedirect
  /** The port in the redirect; undefined for the scheme's default. */
  readonly port: number | undefined
  /** Envoy's name of the code; undefined for its default. */
  readonly responseCode: string | undefined
}

export type ActionPlan =
  | ForwardPlan
  | RedirectPlan
  | { readonly kind: 'direct-response'; readonly response: HTTPDirectResponse }
  /** A redirect with a code that Envoy does not support. */
  | { readonly kind: 'nothing' }

export interface CorsPlan {
  readonly policy: CorsPolicy
  /** Whether the proxy passes on preflights from other origins; undefined when it does not understand the setting. */
  readonly forwardsUnmatched: boolean | undefined
}

export interface RoutePlan {
  /** '' for none. */
  readonly name: string
  /** undefined for every request. */
  readonly match: HTTPMatchRequest | undefined
  /** A prefix of the path ends at a slash. */
  readonly wholeSegments: boolean
  readonly action: ActionPlan
  /** Changes to headers: the rule's, then those of its only destination. */
  readonly headers: readonly Headers[]
  /** The rule that asks for it; undefined for a route that no VirtualService asked for. */
  readonly rule: HttpRouteView | undefined
  /** The VirtualService in the route's metadata. */
  readonly virtualService: { readonly name: string; readonly namespace: string } | undefined
  /** The operation name in traces, without the path; '' for none. */
  readonly operation: string
  readonly fault: HTTPFaultInjection | undefined
  readonly cors: CorsPlan | undefined
  readonly statPrefix: string
  readonly origins: readonly Origin[]
}

/** A route without a VirtualService, for every request. */
export function plainRoute(
  stated: Pick<RoutePlan, 'name' | 'action' | 'origins'> & Partial<Pick<RoutePlan, 'operation'>>,
): RoutePlan {
  return {
    match: undefined,
    wholeSegments: false,
    rule: undefined,
    headers: NO_HEADERS,
    virtualService: undefined,
    operation: '',
    fault: undefined,
    cors: undefined,
    statPrefix: '',
    ...stated,
  }
}

export interface VirtualHostPlan {
  readonly name: string
  readonly domains: readonly string[]
  /** Shared by virtual hosts with the same routes. */
  readonly routes: readonly RoutePlan[]
  /** Requests without TLS are redirected to HTTPS. */
  readonly requiresTls: boolean
  /** The workload receives the number of attempts. */
  readonly attemptCount: boolean
  readonly origins: readonly Origin[]
}

export interface RouteConfigurationPlan {
  readonly name: string
  /** undefined when listeners never use such a name. */
  readonly virtualHosts: readonly VirtualHostPlan[] | undefined
  readonly origins: readonly Origin[]
}

const ROOT = '/'
const ANY_PATH = '.*'

/** Whether every request matches, so that later routes are never reached (route.go IsCatchAllRoute). */
export function isCatchAll({ match }: Pick<RoutePlan, 'match'>): boolean {
  if (!match) return true
  const { uri, method, authority, scheme, headers, withoutHeaders, queryParams } = match
  if (uri?.exact !== undefined) return false
  const anyPath = uri?.regex !== undefined ? uri.regex === ANY_PATH : (uri?.prefix ?? ROOT) === ROOT
  return anyPath && !method && !authority && !scheme && headers.size + withoutHeaders.size + queryParams.size === 0
}
