/** The resources of a router, planned and written. */
import type { ProxyView } from '../../scope/view.ts'
import { buildRouterClusters } from '../clusters/index.ts'
import type { ExplainedListener } from '../listeners/write/explained.ts'
import { ListenerStage, patchedListeners } from '../patches/listeners.ts'
import { patchesFor } from '../patches/plan/patches.ts'
import { patchedRoutes } from '../patches/routes.ts'
import { partsOfGatewayRoute } from '../patches/write/route-match.ts'
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
export function buildGatewayListeners(
  view: ProxyView,
  merged: MergedGateways,
  patches = patchesFor(view),
): GatewayListeners {
  const settings = gatewaySettings(view)
  const plan = planGatewayListeners(view, merged, settings.filters.extensions)
  const writer = new GatewayListenerWriter(settings)
  const written = plan.listeners.map((listener) => writer.listener(listener))
  if (!patches) return { ...plan, listeners: written }
  return { ...plan, listeners: [...patchedListeners(written, new ListenerStage(patches, 'GATEWAY'))] }
}

/** The ports of servers by the ports of their listeners, as EnvoyFilters match them. */
function servicePorts({ serversByRoute }: MergedGateways): ReadonlyMap<number, ReadonlySet<number>> {
  const ports = new Map<number, Set<number>>()
  for (const [name, servers] of serversByRoute) {
    const { port } = partsOfGatewayRoute(name)
    const numbers = ports.get(port) ?? new Set()
    for (const server of servers) numbers.add(server.port.number)
    ports.set(port, numbers)
  }
  return ports
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
  patches = patchesFor(view),
): readonly GatewayRouteConfiguration[] {
  const writer = new RouteWriter()
  const ports = patches && servicePorts(merged)
  return planGatewayRoutes(view, merged, routeNames).map((plan) => {
    const { servers, blackhole } = plan
    const written = writer.configuration(plan)
    return { ...(patches ? patchedRoutes(written, patches, 'GATEWAY', ports) : written), servers, blackhole }
  })
}

/** The clusters of a router: ordinary ones, and those to which an AUTO_PASSTHROUGH server passes connections. */
export function buildGatewayClusters(
  view: ProxyView,
  merged: MergedGateways,
  patches = patchesFor(view),
): ReturnType<typeof buildRouterClusters> {
  return buildRouterClusters(view, calledServices(view, merged), merged.autoPassthrough, patches)
}
