/** Route configurations as decisions, before any of them is written down. What users state goes through as it is. */
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
import type { Origin } from '../../facts.ts'
import type { RetryPlan } from './retries.ts'

const NO_HEADERS: readonly Headers[] = []

export type ConsistentHash = LoadBalancerSettingsConsistentHashLB

/** One of several destinations of a route. */
export interface WeightedDestination {
  readonly cluster: string
  readonly weight: number
  readonly headers: Headers | undefined
}

/** A share of requests. */
export interface Share {
  readonly percent: number
  /** Fractions of a percent are written too. */
  readonly exact: boolean
}

export interface MirrorPlan {
  readonly cluster: string
  readonly share: Share
  /** Mirrored requests keep their host instead of getting `-shadow`. */
  readonly keepsHost: boolean
}

export interface ForwardPlan {
  readonly kind: 'forward'
  /** One cluster, or several by weight. */
  readonly to: string | readonly WeightedDestination[]
  /** undefined: no limit. */
  readonly timeout: Duration | undefined
  readonly rewrite: HTTPRewrite | undefined
  /** The destination is told which host was asked for. */
  readonly tellsHost: boolean
  readonly mirrors: readonly MirrorPlan[]
  readonly hashes: readonly ConsistentHash[]
  /** undefined: nothing is tried again. */
  readonly retries: RetryPlan | undefined
}

export interface RedirectPlan {
  readonly kind: 'redirect'
  readonly redirect: HTTPRedirect
  /** The port to name; undefined when the scheme's own is meant. */
  readonly port: number | undefined
  /** Envoy's name of the code; undefined for its default. */
  readonly responseCode: string | undefined
}

export type ActionPlan =
  | ForwardPlan
  | RedirectPlan
  | { readonly kind: 'direct-response'; readonly response: HTTPDirectResponse }
  /** A redirect with a code that Envoy does not have. */
  | { readonly kind: 'nothing' }

export interface RoutePlan {
  /** '' for none. */
  readonly name: string
  /** undefined: every request. */
  readonly match: HTTPMatchRequest | undefined
  readonly action: ActionPlan
  /** Changes to headers, those of the rule before those of its only destination. */
  readonly headers: readonly Headers[]
  /** The VirtualService that the route's metadata names. */
  readonly virtualService: { readonly name: string; readonly namespace: string } | undefined
  /** What traces call the operation, without the path; '' for none. */
  readonly operation: string
  readonly fault: HTTPFaultInjection | undefined
  readonly cors: CorsPolicy | undefined
  readonly statPrefix: string
  readonly origins: readonly Origin[]
}

/** A route that no VirtualService asked for: it takes every request as it is. */
export function plainRoute(
  stated: Pick<RoutePlan, 'name' | 'action' | 'origins'> & Partial<Pick<RoutePlan, 'operation'>>,
): RoutePlan {
  return {
    match: undefined,
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
  /** Virtual hosts with the same routes share the list. */
  readonly routes: readonly RoutePlan[]
  /** Requests without TLS are redirected to HTTPS. */
  readonly requiresTls: boolean
  /** The workload is told how often a request was tried. */
  readonly attemptCount: boolean
  readonly origins: readonly Origin[]
}

export interface RouteConfigurationPlan {
  readonly name: string
  /** undefined when the name is not one that a listener has. */
  readonly virtualHosts: readonly VirtualHostPlan[] | undefined
  readonly origins: readonly Origin[]
}

const ROOT = '/'
const ANY_PATH = '.*'

/** Every request meets the conditions, so nothing after such a route is ever reached (route.go IsCatchAllRoute). */
export function isCatchAll({ match }: RoutePlan): boolean {
  if (!match) return true
  const { uri, method, authority, scheme, headers, withoutHeaders, queryParams } = match
  if (uri?.exact !== undefined) return false
  const anyPath = uri?.regex !== undefined ? uri.regex === ANY_PATH : (uri?.prefix ?? ROOT) === ROOT
  return anyPath && !method && !authority && !scheme && headers.size + withoutHeaders.size + queryParams.size === 0
}
