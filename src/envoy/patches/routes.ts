/** The route configurations of a proxy after its EnvoyFilters (core/envoyfilter ApplyRouteConfigurationPatches). */
import type { JsonMapping } from '../../sources/mapping.ts'
import { textAt } from '../../sources/mapping.ts'
import type { Origin } from '../explained.ts'
import type { ExplainedRoute, ExplainedRouteConfiguration, ExplainedVirtualHost } from '../routes/write/explained.ts'
import type { Route, RouteConfiguration, VirtualHost } from '../routes/write/resources.ts'
import type { PatchEffect, ProxyPatches, Stage } from './plan/patches.ts'
import { completeRoutes } from './write/complete.ts'
import { Effects, originsOf } from './write/effects.ts'
import { type GatewayPorts, NO_PORTS } from './write/route-match.ts'
import { concernsConfiguration, type PatchedHost, patchConfiguration } from './write/routes.ts'

/** Finds the origins of the parts of a configuration. */
class Explanations {
  readonly #hosts: ReadonlyMap<unknown, ExplainedVirtualHost>
  readonly #effects: readonly PatchEffect[]

  constructor(before: ExplainedRouteConfiguration, effects: readonly PatchEffect[]) {
    this.#hosts = new Map(before.virtualHosts.map((host) => [host.resource, host]))
    this.#effects = effects
  }

  host({ message, from, routes }: PatchedHost): ExplainedVirtualHost {
    const before = this.#hosts.get(from)
    const known = new Map<unknown, ExplainedRoute>((before?.routes ?? []).map((route) => [route.resource, route]))
    return {
      resource: message as unknown as VirtualHost,
      origins: [...(before?.origins ?? []), ...this.#of(1, textAt(message, 'name'))],
      routes: routes.map((route) => ({
        resource: route.message as unknown as Route,
        origins: [...(known.get(route.from)?.origins ?? []), ...this.#of(2, textAt(route.message, 'name'))],
      })),
    }
  }

  /** What patches did to a part of a name. */
  #of(depth: number, name: string): readonly Origin[] {
    return originsOf(this.#effects.filter(({ part }) => part.length === depth && part.at(-1)?.endsWith(` ${name}`)))
  }
}

/**
 * Patches a route configuration.
 * @param ports those of the router's Gateways
 * @returns the configuration itself when no patch changes it
 */
export function patchedRoutes(
  before: ExplainedRouteConfiguration,
  patches: ProxyPatches,
  stage: Stage,
  ports: GatewayPorts = NO_PORTS,
): ExplainedRouteConfiguration {
  const own = before.resource as unknown as JsonMapping
  const name = textAt(own, 'name')
  const here = patches.at(stage)
  if (!concernsConfiguration(here, name, stage, ports)) return before
  const effects = new Effects('route configuration', name, patches.record)
  const { message, hosts } = patchConfiguration(own, here, stage, ports, effects)
  if (effects.list.length === 0) return before
  completeRoutes(message)
  const explanations = new Explanations(before, effects.list)
  return {
    resource: message as unknown as RouteConfiguration,
    origins: [...before.origins, ...originsOf(effects.list)],
    virtualHosts: hosts.map((host) => explanations.host(host)),
  }
}
