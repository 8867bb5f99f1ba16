/** Route configurations with the origins of their parts. */
import type { Explained } from '../../facts.ts'
import type { Route, RouteConfiguration, VirtualHost } from './resources.ts'

export type HttpRouteFact = Explained<Route>

export interface VirtualHostFact extends Explained<VirtualHost> {
  /** In the order of the virtual host's routes. */
  readonly routes: readonly HttpRouteFact[]
}

export interface RouteFact extends Explained<RouteConfiguration> {
  /** In the order of the configuration's virtual hosts. */
  readonly virtualHosts: readonly VirtualHostFact[]
}
