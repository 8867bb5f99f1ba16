/** The proxies of a mesh with their routes, computed once. */
import { oncePer } from '../../../common/once.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { type ProxyRoutes, routesOfSidecar } from './proxy-routes.ts'
import { type RoutedRouter, routedRouters } from './routers.ts'
import { type RoutedSidecar, routedSidecars } from './sidecars.ts'

export interface SidecarWithRoutes extends RoutedSidecar {
  readonly routes: ProxyRoutes
}

/** The sidecars of a mesh; none without VirtualServices for them. */
export const sidecarsWithRoutes = oncePer((context: ScopeContext): readonly SidecarWithRoutes[] =>
  routedSidecars(context).map((sidecar) => ({ ...sidecar, routes: routesOfSidecar(sidecar.view) })),
)

/** The routers of a mesh; none without Gateways. */
export const routersWithRoutes = oncePer((context: ScopeContext): readonly RoutedRouter[] => routedRouters(context))
