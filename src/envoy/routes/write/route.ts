/** Writes single routes (route.go translateRoute). */
import type { HTTPRewrite } from '../../../kinds/messages/virtual-service.ts'
import { compact, durationText } from '../../json.ts'
import type { ActionPlan, ForwardPlan, MirrorPlan, RoutePlan, Share, WeightedDestination } from '../plan/route.ts'
import { fractionOf, unlessEmpty, wholePercent } from './fields.ts'
import { filterConfigs } from './filters.ts'
import { hashPolicy } from './hash-policy.ts'
import { type HeaderChanges, headerChanges, headerOperations } from './headers.ts'
import { operationPath, regexMatcher, routeMatch } from './match.ts'
import { directResponseAction, redirectAction } from './redirect.ts'
import type { ClusterWeight, FractionalPercent, RequestMirrorPolicy, Route, RouteAction } from './resources.ts'
import { retryPolicy } from './retry-policy.ts'

const NO_TIMEOUT = '0s'

function rewriteFields(rewrite: HTTPRewrite | undefined): Partial<RouteAction> {
  if (!rewrite) return {}
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

function clusterFields({ to }: ForwardPlan): Partial<RouteAction> {
  if (typeof to === 'string') return { cluster: to }
  return { weightedClusters: to.length > 0 ? { clusters: to.map(clusterWeight) } : {} }
}

/** Only fields that are set are written, because most routes just have a cluster. */
function forwardAction(plan: ForwardPlan, authority: string): RouteAction {
  const timeout = durationText(plan.timeout) ?? NO_TIMEOUT
  const host = plan.rewrite?.authority || authority
  const policies = unlessEmpty(plan.hashes.flatMap((hash) => hashPolicy(hash) ?? []))
  const retries = plan.retries && retryPolicy(plan.retries)
  return {
    ...clusterFields(plan),
    timeout,
    maxGrpcTimeout: timeout,
    ...rewriteFields(plan.rewrite),
    ...(plan.tellsHost && { appendXForwardedHost: true }),
    ...(host && { hostRewriteLiteral: host }),
    ...(plan.mirrors.length > 0 && { requestMirrorPolicies: plan.mirrors.map(mirrorPolicy) }),
    ...(policies && { hashPolicy: policies }),
    ...(retries && { retryPolicy: retries }),
  }
}

function actionFields(action: ActionPlan, { authority }: HeaderChanges): Partial<Route> {
  switch (action.kind) {
    case 'forward':
      return { route: forwardAction(action, authority) }
    case 'redirect':
      return { redirect: redirectAction(action) }
    case 'direct-response':
      return { directResponse: directResponseAction(action.response) }
    case 'nothing':
      return {}
  }
}

function metadataOf({ virtualService }: RoutePlan): Pick<Route, 'metadata'> | undefined {
  if (!virtualService) return undefined
  const { namespace, name } = virtualService
  const config = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}`
  return { metadata: { filterMetadata: { istio: { config } } } }
}

export function routeMessage(plan: RoutePlan): Route {
  const { name, operation, statPrefix } = plan
  const match = routeMatch(plan.match)
  const changes = headerChanges(plan.headers)
  const configs = filterConfigs(plan)
  return {
    ...(name && { name }),
    match,
    ...actionFields(plan.action, changes),
    ...(plan.headers.length > 0 && compact(headerOperations(changes))),
    ...metadataOf(plan),
    ...(operation && { decorator: { operation: operation + operationPath(match) } }),
    ...(configs && { typedPerFilterConfig: configs }),
    ...(statPrefix && { statPrefix }),
  }
}
