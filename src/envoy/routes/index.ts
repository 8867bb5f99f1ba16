/** The routes that RDS sends to sidecars; gateways plan theirs with the same parts. */
export {
  destinationService,
  type RouteContext,
} from './plan/forward.ts'
export {
  isCatchAll,
  type RouteConfigurationPlan,
  type RoutePlan,
  type VirtualHostPlan,
} from './plan/route.ts'
export { type RouteSettings, routeSettings } from './plan/settings.ts'
export { planHttpRoutes } from './plan/virtual-service.ts'
export { RouteWriter } from './write/configuration.ts'
export type { ExplainedRouteConfiguration, ExplainedVirtualHost } from './write/explained.ts'
export type * from './write/resources.ts'
export { buildSidecarRoutes, sidecarRoutes } from './written.ts'
