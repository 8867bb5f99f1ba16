/** The resources of a router, planned and written down. */
import type { ProxyView } from '../../scope/view.ts'
import { buildClusters, buildSniDnatClusters } from '../clusters/index.ts'
import type { ListenerFact } from '../listeners/write/fact.ts'
import { type RouteFact, RouteWriter } from '../routes/index.ts'
import { type GatewayListenersPlan, planGatewayListeners } from './plan/listeners.ts'
import type { MergedGateways } from './plan/merge.ts'
import { type GatewayRoutePlan, planGatewayRoutes } from './plan/routes.ts'
import { calledServices } from './plan/services.ts'
import { gatewaySettings } from './plan/settings.ts'
import { GatewayListenerWriter } from './write/listeners.ts'

export interface GatewayListeners extends Omit<GatewayListenersPlan, 'listeners'> {
  readonly listeners: readonly ListenerFact[]
}

export type GatewayRouteFact = RouteFact & Pick<GatewayRoutePlan, 'servers' | 'blackhole'>

/** What a router listens on. */
export function buildGatewayListeners(view: ProxyView, merged: MergedGateways): GatewayListeners {
  const plan = planGatewayListeners(view, merged)
  const writer = new GatewayListenerWriter(gatewaySettings(view))
  return { ...plan, listeners: plan.listeners.map((listener) => writer.listener(listener)) }
}

/**
 * The route configurations that a router's listeners ask for.
 * @param routeNames in the order of the listeners
 * @returns one for each name, virtual hosts by name
 */
export function buildGatewayRoutes(
  view: ProxyView,
  merged: MergedGateways,
  routeNames: readonly string[],
): readonly GatewayRouteFact[] {
  const writer = new RouteWriter()
  return planGatewayRoutes(view, merged, routeNames).map((plan) => {
    const { servers, blackhole } = plan
    return { ...writer.configuration(plan), servers, blackhole }
  })
}

/** The clusters of a router: ordinary ones, and those that an AUTO_PASSTHROUGH server passes connections on to. */
export function buildGatewayClusters(view: ProxyView, merged: MergedGateways): ReturnType<typeof buildClusters> {
  const clusters = buildClusters(view, calledServices(view, merged))
  return merged.autoPassthrough ? [...clusters, ...buildSniDnatClusters(view)] : clusters
}
