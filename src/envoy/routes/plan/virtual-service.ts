/** The http routes of a VirtualService on sidecars and gateways (route.go BuildHTTPRoutesForVirtualService). */

import type { CorsPolicy, Headers, HTTPMatchRequest } from '../../../kinds/messages/virtual-service.ts'
import { selects } from '../../../kinds/resource.ts'
import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { HttpRouteView, RouteSemantics, VirtualServiceView } from '../../../scope/view.ts'
import { planForward, type RouteContext } from './forward.ts'
import { ObjectOrigin, WHY } from './origins.ts'
import { planRedirect } from './redirect.ts'
import { type ActionPlan, type CorsPlan, isCatchAll, type RoutePlan } from './route.ts'

type Match = HTTPMatchRequest | undefined

/** Checks the conditions that are not sent to Envoy: port, gateway and source workload. */
function applies(match: Match, { listenPort, gateways, view }: RouteContext): boolean {
  if (!match) return true
  if (match.port !== 0 && match.port !== listenPort) return false
  if (match.gateways.length > 0) return match.gateways.some((gateway) => gateways.has(gateway))
  const { proxy } = view
  return (
    selects(match.sourceLabels, proxy.labels) &&
    (match.sourceNamespace === '' || match.sourceNamespace === proxy.namespace)
  )
}

const routeName = (rule: HttpRouteView, match: Match): string =>
  match?.name ? `${rule.name}.${match.name}` : rule.name

function actionOf(rule: HttpRouteView, match: Match, context: RouteContext, semantics: RouteSemantics): ActionPlan {
  if (rule.redirect) return planRedirect(rule.redirect, context.listenPort, context.terminatesTls)
  if (rule.directResponse) return { kind: 'direct-response', response: rule.directResponse }
  return planForward(rule, match, context, semantics)
}

function headersOf(rule: HttpRouteView, action: ActionPlan): readonly Headers[] {
  const ofDestination = action.kind === 'forward' && rule.route.length === 1 ? rule.route[0]?.headers : undefined
  return [rule.headers, ofDestination].filter((headers) => headers !== undefined)
}

/** `outbound|PORT|SUBSET|HOST` */
const SUBSET_KEY = /^[^|]*\|([^|]*)\|[^|]*\|([^|]*)$/

/** The operation name in traces: from the cluster if there is one, otherwise from the VirtualService. */
function operation(action: ActionPlan, name: string, listenPort: number): string {
  const cluster = action.kind === 'forward' && typeof action.to === 'string' ? action.to : ''
  const [, port, host] = SUBSET_KEY.exec(cluster) ?? []
  return host === undefined ? `${name}:${listenPort}` : `${host}:${port}`
}

/** The first proxy version that istiods which check it tell what to do with preflights from other origins. */
const FIRST_WITH_PREFLIGHTS: IstioVersion = { major: 1, minor: 23, patch: 0 }

function planCors(policy: CorsPolicy, { view: { proxy, registry } }: RouteContext): CorsPlan {
  const { features } = registry.snapshot
  const tooOld =
    features.has('preflights-by-proxy-version') && compareVersions(proxy.version, FIRST_WITH_PREFLIGHTS) < 0
  return { policy, forwardsUnmatched: tooOld ? undefined : policy.unmatchedPreflights !== 'IGNORE' }
}

function planRoute(
  virtualService: VirtualServiceView,
  rule: HttpRouteView,
  match: Match,
  context: RouteContext,
): RoutePlan {
  const { semantics } = virtualService
  const action = actionOf(rule, match, context, semantics)
  return {
    name: routeName(rule, match),
    match,
    wholeSegments: semantics !== 'istio',
    rule,
    action,
    headers: headersOf(rule, action),
    virtualService,
    operation: operation(action, virtualService.name, context.listenPort),
    fault: rule.fault,
    cors: rule.corsPolicy && planCors(rule.corsPolicy, context),
    statPrefix: match?.statPrefix ?? '',
    origins: [new ObjectOrigin(rule.writtenIn, ['spec', 'http', rule.index], WHY.rule)],
  }
}

/**
 * The routes of a VirtualService for one port of one proxy, in order, up to the first that matches every request.
 * @returns empty when no rule applies; a gateway may then try another port
 */
export function planHttpRoutes(virtualService: VirtualServiceView, context: RouteContext): readonly RoutePlan[] {
  const routes: RoutePlan[] = []
  for (const rule of virtualService.http) {
    const matches: readonly Match[] = rule.match.length > 0 ? rule.match : [undefined]
    for (const match of matches) {
      if (!applies(match, context)) continue
      const route = planRoute(virtualService, rule, match, context)
      routes.push(route)
      if (isCatchAll(route)) return routes
    }
  }
  return routes
}
