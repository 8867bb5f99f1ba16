/** Writes route configurations and their virtual hosts. */
import type { Origin } from '../../facts.ts'
import type { RouteConfigurationPlan, RoutePlan, VirtualHostPlan } from '../plan/route.ts'
import type { HttpRouteFact, RouteFact, VirtualHostFact } from './facts.ts'
import type { Route, VirtualHost } from './resources.ts'
import { routeMessage } from './route.ts'

const MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024

interface WrittenRoutes {
  readonly resources: readonly Route[]
  readonly facts: readonly HttpRouteFact[]
}

/** A virtual host whose origins are described on demand, because most are never shown. */
class PlannedHost implements VirtualHostFact {
  readonly resource: VirtualHost
  readonly routes: readonly HttpRouteFact[]
  readonly #plan: VirtualHostPlan

  constructor(plan: VirtualHostPlan, { resources, facts }: WrittenRoutes) {
    const { name, domains, requiresTls, attemptCount } = plan
    this.resource = {
      name,
      domains,
      ...(resources.length > 0 && { routes: resources }),
      ...(requiresTls && { requireTls: 'ALL' }),
      ...(attemptCount && { includeRequestAttemptCount: true }),
    }
    this.routes = facts
    this.#plan = plan
  }

  get origins(): readonly Origin[] {
    return this.#plan.origins
  }
}

/** Writes the route configurations of one proxy; shared plans are written once. */
export class RouteWriter {
  readonly #configurations = new Map<RouteConfigurationPlan, RouteFact>()
  readonly #lists = new Map<readonly RoutePlan[], WrittenRoutes>()
  readonly #routes = new Map<RoutePlan, HttpRouteFact>()

  configuration(plan: RouteConfigurationPlan): RouteFact {
    let fact = this.#configurations.get(plan)
    if (!fact) {
      fact = this.#write(plan)
      this.#configurations.set(plan, fact)
    }
    return fact
  }

  #write({ name, virtualHosts: hosts, origins }: RouteConfigurationPlan): RouteFact {
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
      const facts = plans.map((plan) => this.#route(plan))
      written = { facts, resources: facts.map(({ resource }) => resource) }
      this.#lists.set(plans, written)
    }
    return written
  }

  #route(plan: RoutePlan): HttpRouteFact {
    let fact = this.#routes.get(plan)
    if (!fact) {
      fact = { resource: routeMessage(plan), origins: plan.origins }
      this.#routes.set(plan, fact)
    }
    return fact
  }
}
