/** The routers for which rules check Gateways and VirtualServices. */
import { selectingGateways } from '../../../derivation/ingress/selecting.ts'
import { buildEnvoyResources } from '../../../envoy/index.ts'
import { routeNamesOf } from '../../../envoy/listeners/index.ts'
import type { GatewayResource } from '../../../kinds/index.ts'
import { buildProxy } from '../../../proxy/node.ts'
import { assumedRouters, routersOf, unmetGateways } from '../../../proxy/routers.ts'
import type { SelectedNode } from '../../../proxy/select.ts'
import type { Service } from '../../../registry/service.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { type RouterReport, routerReport, selectorMistake } from '../../gateways/index.ts'
import { type ProxyRoutes, routesOfRouter } from './proxy-routes.ts'
import { ServicesOfRoutes } from './services.ts'
import { withServices } from './sidecars.ts'

/** A router and its routes. */
export interface RoutedRouter {
  readonly report: RouterReport
  readonly routes: ProxyRoutes
}

/** The Gateways of the input, and those that istiod makes of other objects. */
const gatewaysOf = ({ registry: { snapshot, derived } }: ScopeContext): readonly GatewayResource[] => [
  ...snapshot.istio.gateways,
  ...derived.gateways,
]

/** The services that VirtualServices of Gateways are for or lead to. */
function servicesOfGateways(context: ScopeContext): ReadonlySet<Service> {
  const { virtualServices } = context
  const gateways = gatewaysOf(context)
  const views = gateways.flatMap(({ meta }) => virtualServices.allOf(`${meta.namespace}/${meta.name}`))
  const about = new ServicesOfRoutes(views, context)
  const services = new Set<Service>()
  for (const view of new Set(views)) about.addOf(view, services)
  return services
}

/** Whether a server passes connections on to any service, so routers need all services. */
const passesToAll = (context: ScopeContext): boolean =>
  gatewaysOf(context).some(({ spec }) => spec.servers.some(({ tls }) => tls?.mode === 'AUTO_PASSTHROUGH'))

function routed({ node }: SelectedNode, known: boolean, context: ScopeContext): readonly RoutedRouter[] {
  const view = viewOf(buildProxy(node, context.registry.snapshot), context)
  const { gateways, listeners } = buildEnvoyResources(view)
  if (!gateways) return []
  const routes = routesOfRouter(view, gateways.merged, routeNamesOf(listeners.listeners))
  return [{ report: routerReport(view, gateways, known), routes }]
}

/** The routers of the input, and an assumed router for each Gateway that selects none of them. */
export function routedRouters(context: ScopeContext): readonly RoutedRouter[] {
  const { snapshot } = context.registry
  if (gatewaysOf(context).length === 0) return []
  const own = passesToAll(context) ? context : withServices(context, servicesOfGateways(context))
  const found = routersOf(snapshot).flatMap((node) => routed(node, true, own))
  const labels = found.map(({ report }) => report.view.proxy.labels)
  const reports = found.map(({ report }) => report)
  const unmet = unmetGateways(selectingGateways(snapshot), labels).filter(
    (gateway) => !selectorMistake(gateway, reports),
  )
  if (unmet.length === 0) return found
  const assumed = assumedRouters(snapshot, unmet)
  return [...found, ...assumed.flatMap((node) => routed(node, false, own))]
}
