/** The route of a request at any proxy that has one for its host, whether or not a listener leads there. */
import type { Origin } from '../envoy/explained.ts'
import type { Configuration } from './configuration.ts'
import type { HttpRequest } from './connection.ts'
import type { Route, VirtualHost } from './resources.ts'
import { httpManagerOf } from './steps/filters.ts'
import { routedRequest, routeIndex } from './steps/route.ts'
import { virtualHostIndex } from './steps/virtual-host.ts'

export interface MatchedRoute {
  readonly virtualHost: VirtualHost
  /** undefined when no route of the virtual host matches. */
  readonly route: Route | undefined
  readonly origins: readonly Origin[]
}

/** Takes every host that no other virtual host has. */
const isCatchAll = ({ domains }: VirtualHost): boolean => domains.length === 1 && domains[0] === '*'

/**
 * @param name of the route configuration
 * @param port of the listener that would refer to it
 * @returns undefined when the configuration has no virtual host of its own for the host
 */
export function matchedRoute(
  configuration: Configuration,
  name: string,
  port: number,
  request: HttpRequest,
): MatchedRoute | undefined {
  const routes = configuration.routes(name, port)
  const index = routes && virtualHostIndex(routes.resource, request.authority)
  const virtualHost = index === undefined ? undefined : routes?.resource.virtualHosts?.[index]
  if (!routes || index === undefined || !virtualHost || isCatchAll(virtualHost)) return undefined
  const chosen = routeIndex(virtualHost, routedRequest(request))
  if (chosen === undefined) return { virtualHost, route: undefined, origins: [] }
  const origins = routes.virtualHosts[index]?.routes[chosen]?.origins ?? []
  return { virtualHost, route: virtualHost.routes?.[chosen], origins }
}

/** The route configurations that a router's listeners refer to. */
export function routeNamesOfRouter(configuration: Configuration): readonly string[] {
  const chains = configuration.listeners(0).flatMap(({ resource }) => resource.filterChains ?? [])
  return [...new Set(chains.flatMap((chain) => httpManagerOf(chain)?.rds?.routeConfigName ?? []))]
}
