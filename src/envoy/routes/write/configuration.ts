/** Writes route configurations and their virtual hosts. */
import type { Origin } from '../../explained.ts'
import type { RouteConfigurationPlan, RoutePlan, VirtualHostPlan } from '../plan/route.ts'
import type { ExplainedRoute, ExplainedRouteConfiguration, ExplainedVirtualHost } from './explained.ts'
import type { Route, VirtualHost } from './resources.ts'
import { routeMessage } from './route.ts'

const MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024

interface WrittenRoutes {
  readonly resources: readonly Route[]
  readonly explained: readonly ExplainedRoute[]
}

/** A virtual host whose origins are described on demand, because most are never shown. */
class PlannedHost implements ExplainedVirtualHost {
  readonly resource: VirtualHost
  readonly routes: readonly ExplainedRoute[]
  readonly #plan: VirtualHostPlan

  constructor(plan: VirtualHostPlan, { resources, explained }: WrittenRoutes) {
    const { name, domains, requiresTls, attemptCount } = plan
    this.resource = {
      name,
      domains,
      ...(resources.length > 0 && { routes: resources }),
      ...(requiresTls && { requireTls: 'ALL' }),
      ...(attemptCount && { includeRequestAttemptCount: true }),
    }
    this.routes = explained
    this.#plan = plan
  }

  get origins(): readonly Origin[] {
    return this.#plan.origins
  }
}

/** Writes the route configurations of one proxy; shared plans are written once. */
export class RouteWriter {
  readonly #configurations = new Map<RouteConfigurationPlan, ExplainedRouteConfiguration>()
  readonly #lists = new Map<readonly RoutePlan[], WrittenRoutes>()
  readonly #routes = new Map<RoutePlan, ExplainedRoute>()

  configuration(plan: RouteConfigurationPlan): ExplainedRouteConfiguration {
    let explained = this.#configurations.get(plan)
    if (!explained) {
      explained = this.#write(plan)
      this.#configurations.set(plan, explained)
    }
    return explained
  }

  #write({ name, virtualHosts: hosts, origins }: RouteConfigurationPlan): ExplainedRouteConfiguration {
    if (!hosts) return { resource: { name, validateClusters: false }, origins, virtualHosts: [] }
    const virtualHosts = hosts.map((host) => new PlannedHost(host, this.#routesOf(host.routes)))
    const resources = virtualHosts.map(({ resource }) => resource)
    return {
      resource: {
        name,
        ...(resources.length > 0 && { virtualHosts: resources }),
        validateClusters: false,
        maxDirectResponseBodySizeBytes: MAX_DIRECT_RESPONSE_BYTES,
        ignorePortInHostMatching: true,
      },
      origins,
      virtualHosts,
    }
  }

  #routesOf(plans: readonly RoutePlan[]): WrittenRoutes {
    let written = this.#lists.get(plans)
    if (!written) {
      const explained = plans.map((plan) => this.#route(plan))
      written = { explained, resources: explained.map(({ resource }) => resource) }
      this.#lists.set(plans, written)
    }
    return written
  }

  #route(plan: RoutePlan): ExplainedRoute {
    let explained = this.#routes.get(plan)
    if (!explained) {
      explained = { resource: routeMessage(plan), origins: plan.origins }
      this.#routes.set(plan, explained)
    }
    return explained
  }
}
