/** `proxy-config routes`: the route configurations in Envoy's form and istioctl's order (configdump/route.go). */
import { NETWORK } from '../../../envoy/filters/write/constants.ts'
import { chainsOf, type ExplainedListener, filtersOf } from '../../../envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration, RouteConfiguration } from '../../../envoy/routes/index.ts'
import { goSorted } from '../go-sort.ts'
import type { HttpConnectionManager } from './words.ts'

export interface RouteFilter {
  /** The full name; '' or undefined for all. */
  readonly name?: string | undefined
}

export const matchesRoute = (route: RouteConfiguration, { name }: RouteFilter): boolean => !name || route.name === name

/** The integers that Go's strconv.Atoi accepts. */
const INTEGER = /^[+-]?\d+$/

/** The route configurations inside listeners, in order, with the origins of their filter chains. */
export function inlineRoutes(listeners: readonly ExplainedListener[]): ExplainedRouteConfiguration[] {
  return listeners.flatMap((listener) =>
    chainsOf(listener.resource).flatMap((chain, index) =>
      filtersOf(chain).flatMap(({ name, typedConfig }) => {
        if (name !== NETWORK.httpConnectionManager.name || !typedConfig) return []
        const { routeConfig } = typedConfig as HttpConnectionManager
        if (!routeConfig) return []
        const origins = listener.chains[index] ?? listener.origins
        return [{ resource: routeConfig, origins, virtualHosts: [] }]
      }),
    ),
  )
}

interface Sortable {
  readonly configuration: ExplainedRouteConfiguration
  readonly port: number | undefined
}

/** Configurations whose names are not ports compare as neither before nor after any other. */
function comesBefore({ port: a }: Sortable, { port: b }: Sortable): boolean {
  return a !== undefined && b !== undefined && a < b
}

/**
 * Sorts routes in istioctl's order.
 * @param routes in the order of Envoy's dump: those from RDS, then inline ones
 */
export function sortedRoutes(routes: readonly ExplainedRouteConfiguration[]): readonly ExplainedRouteConfiguration[] {
  const sortable = routes.map((configuration) => {
    const { name } = configuration.resource
    return { configuration, port: INTEGER.test(name) ? Number(name) : undefined }
  })
  return goSorted(sortable, comesBefore).map(({ configuration }) => configuration)
}
