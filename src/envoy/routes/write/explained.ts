/** Route configurations with the origins of their parts. */
import type { Explained } from '../../explained.ts'
import type { Route, RouteConfiguration, VirtualHost } from './resources.ts'

export type ExplainedRoute = Explained<Route>

export interface ExplainedVirtualHost extends Explained<VirtualHost> {
  /** In the order of the virtual host's routes. */
  readonly routes: readonly ExplainedRoute[]
}

export interface ExplainedRouteConfiguration extends Explained<RouteConfiguration> {
  /** In the order of the configuration's virtual hosts. */
  readonly virtualHosts: readonly ExplainedVirtualHost[]
}
