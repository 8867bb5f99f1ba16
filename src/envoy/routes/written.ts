/** The route configurations of sidecars, planned and written. */
import type { ProxyView } from '../../scope/view.ts'
import { patchesFor } from '../patches/plan/patches.ts'
import { patchedRoutes } from '../patches/routes.ts'
import { SidecarRoutes } from './plan/sidecar.ts'
import { RouteWriter } from './write/configuration.ts'
import type { ExplainedRouteConfiguration } from './write/explained.ts'

/**
 * The route configurations that a sidecar's listeners refer to; each is released before the next.
 * @param routeNames in listener order, with repeats: each gets its own configuration
 * @returns one per name, with virtual hosts and domains in the reference's order
 */
export function* sidecarRoutes(
  view: ProxyView,
  routeNames: Iterable<string>,
  patches = patchesFor(view),
): Iterable<ExplainedRouteConfiguration> {
  const routes = new SidecarRoutes(view)
  const writer = new RouteWriter()
  for (const name of routeNames) {
    const written = writer.configuration(routes.plan(name))
    yield patches ? patchedRoutes(written, patches, 'SIDECAR_OUTBOUND') : written
  }
}

/** The same configurations as a list. */
export function buildSidecarRoutes(
  view: ProxyView,
  routeNames: readonly string[],
  patches = patchesFor(view),
): readonly ExplainedRouteConfiguration[] {
  return [...sidecarRoutes(view, routeNames, patches)]
}
