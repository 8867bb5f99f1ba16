/** Writes single routes (route.go translateRoute). */
import type { HTTPRewrite } from '../../../kinds/messages/virtual-service.ts'
import { compact, durationText } from '../../json.ts'
import type { ActionPlan, ForwardPlan, MirrorPlan, RoutePlan, Share, WeightedDestination } from '../plan/route.ts'
import { fractionOf, wholePercent } from './fields.ts'
import { filterConfigs } from './filters.ts'
import { hashPolicy } from './hash-policy.ts'
import { type HeaderChanges, headerChanges, headerOperations } from './headers.ts'
import { operationPath, regexMatcher, routeMatch } from './match.ts'
import { directResponseAction, redirectAction } from './redirect.ts'
import type { ClusterWeight, FractionalPercent, RequestMirrorPolicy, Route, RouteAction } from './resources.ts'
import { retryPolicy } from './retry-policy.ts'

const NO_TIMEOUT = '0s'

function rewriteFields(rewrite: HTTPRewrite): Partial<RouteAction> {
  const { uri, uriRegexRewrite: regex } = rewrite
  if (!regex) return uri ? { prefixRewrite: uri } : {}
  return { regexRewrite: compact({ pattern: regexMatcher(regex.match), substitution: regex.rewrite || undefined }) }
}

const fraction = ({ percent, exact }: Share): FractionalPercent =>
  exact ? fractionOf({ value: percent }) : wholePercent(percent)

const mirrorPolicy = ({ cluster, share, keepsHost }: MirrorPlan): RequestMirrorPolicy => ({
  cluster,
  runtimeFraction: { defaultValue: fraction(share) },
  traceSampled: false,
  ...(keepsHost && { disableShadowHostSuffixAppend: true }),
})

function clusterWeight({ cluster, weight, headers }: WeightedDestination): ClusterWeight {
  const changes = headerChanges(headers ? [headers] : [])
  return compact<ClusterWeight>({
    name: cluster,
    weight,
    ...headerOperations(changes),
    hostRewriteLiteral: changes.authority || undefined,
  })
}

type Unfinished<T> = { -readonly [Field in keyof T]: T[Field] }

function clusterAndTimeout({ to, timeout }: ForwardPlan): Unfinished<RouteAction> {
  const limit = durationText(timeout) ?? NO_TIMEOUT
  if (typeof to === 'string') return { cluster: to, timeout: limit, maxGrpcTimeout: limit }
  const weightedClusters = to.length > 0 ? { clusters: to.map(clusterWeight) } : {}
  return { weightedClusters, timeout: limit, maxGrpcTimeout: limit }
}

/** Adds only fields that are set, one by one: there are very many routes, and most of them just have a cluster. */
function forwardAction(plan: ForwardPlan, authority: string): RouteAction {
  const action = clusterAndTimeout(plan)
  if (plan.failsWithoutCluster) action.clusterNotFoundResponseCode = 'INTERNAL_SERVER_ERROR'
  if (plan.rewrite) Object.assign(action, rewriteFields(plan.rewrite))
  if (plan.tellsHost) action.appendXForwardedHost = true
  const host = plan.rewrite?.authority || authority
  if (host) action.hostRewriteLiteral = host
  if (plan.mirrors.length > 0) action.requestMirrorPolicies = plan.mirrors.map(mirrorPolicy)
  if (plan.hashes.length > 0) {
    const policies = plan.hashes.flatMap((hash) => hashPolicy(hash) ?? [])
    if (policies.length > 0) action.hashPolicy = policies
  }
  if (plan.retries) action.retryPolicy = retryPolicy(plan.retries)
  return action
}

function addAction(route: Unfinished<Route>, action: ActionPlan, { authority }: HeaderChanges): void {
  switch (action.kind) {
    case 'forward':
      route.route = forwardAction(action, authority)
      break
    case 'redirect':
      route.redirect = redirectAction(action)
      break
    case 'direct-response':
      route.directResponse = directResponseAction(action.response)
      break
    case 'nothing':
  }
}

function metadataOf({ namespace, name }: NonNullable<RoutePlan['virtualService']>): Route['metadata'] {
  const config = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}`
  return { filterMetadata: { istio: { config } } }
}

export function routeMessage(plan: RoutePlan): Route {
  const { name, operation, statPrefix, virtualService } = plan
  const match = routeMatch(plan.match, plan.wholeSegments)
  const changes = headerChanges(plan.headers)
  const configs = filterConfigs(plan)
  const route: Unfinished<Route> = name ? { name, match } : { match }
  addAction(route, plan.action, changes)
  if (plan.headers.length > 0) Object.assign(route, compact(headerOperations(changes)))
  if (virtualService) route.metadata = metadataOf(virtualService)
  if (operation) route.decorator = { operation: operation + operationPath(match) }
  if (configs) route.typedPerFilterConfig = configs
  if (statPrefix) route.statPrefix = statPrefix
  return route
}
