/** The resources of a router, planned and written. */
import type { ProxyView } from '../../scope/view.ts'
import { buildClusters, buildSniDnatClusters } from '../clusters/index.ts'
import type { ExplainedListener } from '../listeners/write/explained.ts'
import { type ExplainedRouteConfiguration, RouteWriter } from '../routes/index.ts'
import { type GatewayListenersPlan, planGatewayListeners } from './plan/listeners.ts'
import type { MergedGateways } from './plan/merge.ts'
import { type GatewayRoutePlan, planGatewayRoutes } from './plan/routes.ts'
import { calledServices } from './plan/services.ts'
import { gatewaySettings } from './plan/settings.ts'
import { GatewayListenerWriter } from './write/listeners.ts'

export interface GatewayListeners extends Omit<GatewayListenersPlan, 'listeners'> {
  readonly listeners: readonly ExplainedListener[]
}

export type GatewayRouteConfiguration = ExplainedRouteConfiguration & Pick<GatewayRoutePlan, 'servers' | 'blackhole'>

/** The listeners of a router. */
export function buildGatewayListeners(view: ProxyView, merged: MergedGateways): GatewayListeners {
  const settings = gatewaySettings(view)
  const plan = planGatewayListeners(view, merged, settings.filters.extensions)
  const writer = new GatewayListenerWriter(settings)
  return { ...plan, listeners: plan.listeners.map((listener) => writer.listener(listener)) }
}

/**
 * The route configurations that a router's listeners refer to.
 * @param routeNames in listener order
 * @returns one per name, with virtual hosts sorted by name
 */
export function buildGatewayRoutes(
  view: ProxyView,
  merged: MergedGateways,
  routeNames: readonly string[],
): readonly GatewayRouteConfiguration[] {
  const writer = new RouteWriter()
  return planGatewayRoutes(view, merged, routeNames).map((plan) => {
    const { servers, blackhole } = plan
    return { ...writer.configuration(plan), servers, blackhole }
  })
}

/** The clusters of a router: ordinary ones, and those to which an AUTO_PASSTHROUGH server passes connections. */
export function buildGatewayClusters(view: ProxyView, merged: MergedGateways): ReturnType<typeof buildClusters> {
  const clusters = buildClusters(view, calledServices(view, merged))
  return merged.autoPassthrough ? [...clusters, ...buildSniDnatClusters(view)] : clusters
}
