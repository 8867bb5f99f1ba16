/** The part of Envoy's route messages that is generated (envoy config.route.v3). */
import type { Extension, TypedConfig } from '../../json.ts'

export interface RouteConfiguration {
  readonly name: string
  readonly virtualHosts?: readonly VirtualHost[]
  readonly validateClusters: false
  readonly maxDirectResponseBodySizeBytes?: number
  readonly ignorePortInHostMatching?: true
}

export interface VirtualHost {
  readonly name: string
  readonly domains: readonly string[]
  readonly routes?: readonly Route[]
  readonly requireTls?: 'ALL'
  readonly includeRequestAttemptCount?: true
}

export interface Route extends HeaderOperations {
  readonly name?: string
  readonly match: RouteMatch
  readonly route?: RouteAction
  readonly redirect?: RedirectAction
  readonly directResponse?: DirectResponseAction
  readonly metadata?: { readonly filterMetadata: { readonly istio: { readonly config: string } } }
  readonly decorator?: { readonly operation: string }
  readonly typedPerFilterConfig?: Readonly<Record<string, TypedConfig>>
  readonly statPrefix?: string
}

/** For a route or one of its weighted clusters. */
export interface HeaderOperations {
  readonly requestHeadersToAdd?: readonly HeaderValueOption[]
  readonly requestHeadersToRemove?: readonly string[]
  readonly responseHeadersToAdd?: readonly HeaderValueOption[]
  readonly responseHeadersToRemove?: readonly string[]
}

export interface HeaderValueOption {
  readonly header: { readonly key: string; readonly value?: string }
  readonly appendAction?: 'OVERWRITE_IF_EXISTS_OR_ADD'
}

export interface RouteMatch {
  readonly prefix?: string
  readonly pathSeparatedPrefix?: string
  readonly path?: string
  readonly safeRegex?: RegexMatcher
  readonly caseSensitive?: boolean
  readonly headers?: readonly HeaderMatcher[]
  readonly queryParameters?: readonly QueryParameterMatcher[]
  readonly dynamicMetadata?: readonly MetadataMatcher[]
}

export interface RegexMatcher {
  readonly regex?: string
}

export interface StringMatcher {
  readonly exact?: string
  readonly prefix?: string
  readonly safeRegex?: RegexMatcher
}

export interface QueryParameterMatcher {
  readonly name: string
  readonly stringMatch?: StringMatcher
  readonly presentMatch?: true
}

export interface HeaderMatcher extends QueryParameterMatcher {
  readonly invertMatch?: true
  readonly treatMissingHeaderAsEmpty?: true
}

export interface MetadataMatcher {
  readonly filter: string
  readonly path: readonly { readonly key: string }[]
  readonly value: unknown
  readonly invert?: true
}

export interface RouteAction {
  readonly cluster?: string
  readonly weightedClusters?: { readonly clusters?: readonly ClusterWeight[] }
  readonly clusterNotFoundResponseCode?: 'INTERNAL_SERVER_ERROR'
  readonly timeout: string
  readonly maxGrpcTimeout: string
  readonly prefixRewrite?: string
  readonly regexRewrite?: { readonly pattern: RegexMatcher; readonly substitution?: string }
  readonly hostRewriteLiteral?: string
  readonly appendXForwardedHost?: true
  readonly requestMirrorPolicies?: readonly RequestMirrorPolicy[]
  readonly hashPolicy?: readonly HashPolicy[]
  readonly retryPolicy?: RetryPolicy
}

export interface ClusterWeight extends HeaderOperations {
  readonly name: string
  readonly weight: number
  readonly hostRewriteLiteral?: string
}

export interface FractionalPercent {
  readonly numerator?: number
  readonly denominator?: 'MILLION'
}

export interface RequestMirrorPolicy {
  readonly cluster: string
  readonly runtimeFraction: { readonly defaultValue: FractionalPercent }
  readonly traceSampled: false
  readonly disableShadowHostSuffixAppend?: true
}

export interface HashPolicy {
  readonly header?: { readonly headerName?: string }
  readonly cookie?: {
    readonly name?: string
    readonly ttl?: string
    readonly path?: string
    readonly attributes?: readonly { readonly name?: string; readonly value?: string }[]
  }
  readonly connectionProperties?: { readonly sourceIp?: true }
  readonly queryParameter?: { readonly name?: string }
}

export interface RetryPolicy {
  readonly numRetries: number
  readonly retryOn?: string
  readonly retriableStatusCodes?: readonly number[]
  readonly perTryTimeout?: string
  readonly retryHostPredicate?: readonly Extension[]
  readonly retryPriority?: Extension
  /** A 64-bit integer. */
  readonly hostSelectionRetryMaxAttempts: string
  readonly retryBackOff?: { readonly baseInterval: string }
}

export interface RedirectAction {
  readonly hostRedirect?: string
  readonly pathRedirect?: string
  readonly prefixRewrite?: string
  readonly schemeRedirect?: string
  readonly portRedirect?: number
  readonly responseCode?: string
}

export interface DirectResponseAction {
  readonly status?: number
  readonly body?: { readonly inlineString?: string; readonly inlineBytes?: string }
}
