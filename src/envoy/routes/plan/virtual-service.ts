/** The http routes of a VirtualService, for sidecars and gateways (route.go BuildHTTPRoutesForVirtualService). */

import type { HTTPMatchRequest } from '../../../kinds/messages/virtual-service.ts'
import { selects } from '../../../kinds/resource.ts'
import type { HttpRouteView, VirtualServiceView } from '../../../scope/view.ts'
import { compact } from '../../json.ts'
import { filterConfigs } from '../write/filters.ts'
import { headerChanges, headerOperations } from '../write/headers.ts'
import { isCatchAll, operationPath, routeMatch } from '../write/match.ts'
import { directResponseAction, redirectAction } from '../write/redirect.ts'
import type { Route, RouteMatch } from '../write/resources.ts'
import { type HttpRouteFact, ObjectOrigin, WHY } from './facts.ts'
import { type RouteContext, routeAction } from './route-action.ts'

type Match = HTTPMatchRequest | undefined

/** What of a match is decided here and never reaches Envoy: the port, the gateway or the kind of client. */
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

function routeName(rule: HttpRouteView, match: Match): string | undefined {
  return (match?.name ? `${rule.name}.${match.name}` : rule.name) || undefined
}

/** The action of a rule, with the changes to headers, which depend on it. */
function actionFields(rule: HttpRouteView, context: RouteContext): Partial<Route> {
  const { listenPort, terminatesTls } = context
  if (rule.redirect) {
    return {
      redirect: redirectAction(rule.redirect, listenPort, terminatesTls),
      ...headerOperations(headerChanges(rule.headers)),
    }
  }
  if (rule.directResponse) {
    return {
      directResponse: directResponseAction(rule.directResponse),
      ...headerOperations(headerChanges(rule.headers)),
    }
  }
  const { action, changes } = routeAction(rule, context)
  return { route: action, ...headerOperations(changes) }
}

/** `outbound|PORT|SUBSET|HOST` */
const SUBSET_KEY = /^[^|]*\|([^|]*)\|[^|]*\|([^|]*)$/

/** Names the route in traces: after its cluster when there is just one, else after the VirtualService. */
function operation(fields: Partial<Route>, match: RouteMatch, name: string, listenPort: number): string {
  const [, port, host] = SUBSET_KEY.exec(fields.route?.cluster ?? '') ?? []
  const target = host === undefined ? `${name}:${listenPort}` : `${host}:${port}`
  return target + operationPath(match)
}

function translate(
  virtualService: VirtualServiceView,
  rule: HttpRouteView,
  match: Match,
  context: RouteContext,
): Route {
  const { name, namespace } = virtualService
  const conditions = routeMatch(match)
  const fields = actionFields(rule, context)
  return compact<Route>({
    name: routeName(rule, match),
    match: conditions,
    ...fields,
    metadata: {
      filterMetadata: {
        istio: { config: `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}` },
      },
    },
    decorator: { operation: operation(fields, conditions, name, context.listenPort) },
    typedPerFilterConfig: filterConfigs(rule),
    statPrefix: match?.statPrefix || undefined,
  })
}

/**
 * The routes of a VirtualService for one port of one proxy, in order, up to the first that takes every request.
 * @returns none when no rule applies; a gateway may then try again for another port
 */
export function buildHttpRoutes(virtualService: VirtualServiceView, context: RouteContext): readonly HttpRouteFact[] {
  const facts: HttpRouteFact[] = []
  for (const rule of virtualService.http) {
    const matches: readonly Match[] = rule.match.length > 0 ? rule.match : [undefined]
    for (const match of matches) {
      if (!applies(match, context)) continue
      const resource = translate(virtualService, rule, match, context)
      facts.push({ resource, origins: [new ObjectOrigin(rule.writtenIn, ['spec', 'http', rule.index], WHY.rule)] })
      if (isCatchAll(resource.match)) return facts
    }
  }
  return facts
}
