/** Route configurations of routers (core/gateway.go buildGatewayHTTPRouteConfig). */
import type { Service } from '../../../registry/service.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import { ResourceOrigin } from '../../listeners/plan/origins.ts'
import {
  destinationService,
  planHttpRoutes,
  type RouteConfigurationPlan,
  type RouteContext,
  type RouteSettings,
  routeSettings,
} from '../../routes/index.ts'
import { BoundVirtualServices, type SharedHosts } from './bound-virtual-services.ts'
import { serverOrigin } from './chains.ts'
import type { MergedGateways } from './merge.ts'
import { type GatewayServer, redirectsToHttps } from './servers.ts'
import { blackholeHost, gatewayVirtualHosts, type HostPlan, type RouteGroup } from './virtual-hosts.ts'
import { WHY } from './why.ts'

export interface GatewayRoutePlan extends RouteConfigurationPlan {
  /** The servers that use these routes. */
  readonly servers: readonly GatewayServer[]
  /** No VirtualService shares a host with the servers, so every request gets a 404. */
  readonly blackhole: boolean
}

/** Applies exportTo of the service, otherwise the mesh's default (push_context.go IsServiceVisible). */
function isVisible(service: Service, { proxy, registry }: ProxyView): boolean {
  const byDefault = registry.snapshot.mesh.defaultServiceExportTo
  const exportTo = service.exportTo.size > 0 ? service.exportTo : new Set(byDefault.length > 0 ? byDefault : ['*'])
  const { namespace } = proxy
  return exportTo.has('*') || exportTo.has(namespace) || (exportTo.has('.') && service.namespace === namespace)
}

/** Prefers the service in the VirtualService's own namespace, if the router sees it. */
function serviceOf(host: string, { namespace }: VirtualServiceView, view: ProxyView): Service | undefined {
  const own = view.registry.serviceOf(host, namespace)
  return own && isVisible(own, view) ? own : view.serviceByHost.get(host)
}

/** Collects the virtual hosts of one route configuration, server by server. */
class HostPlans {
  readonly #view: ProxyView
  readonly #settings: RouteSettings
  readonly #bound: BoundVirtualServices
  readonly #groups = new Map<string, RouteGroup>()
  readonly #hosts = new Map<string, HostPlan>()

  constructor(view: ProxyView, settings: RouteSettings, bound: BoundVirtualServices) {
    this.#view = view
    this.#settings = settings
    this.#bound = bound
  }

  get all(): readonly HostPlan[] {
    return [...this.#hosts.values()]
  }

  add(server: GatewayServer): void {
    const redirects = redirectsToHttps(server)
    for (const shared of this.#bound.of(server)) {
      const group = this.#groupOf(shared.virtualService, server)
      if (group) this.#addGroup(group, shared, server, redirects)
    }
    if (!redirects) return
    for (const host of server.hosts) {
      const plan = this.#hostOf(host.toLowerCase(), server)
      if (plan.origins.length === 0) plan.origins.push(serverOrigin(server, WHY.redirect))
      plan.requiresTls = true
    }
  }

  #addGroup(
    group: RouteGroup,
    { virtualService, hosts }: SharedHosts,
    server: GatewayServer,
    redirects: boolean,
  ): void {
    for (const host of hosts) {
      const plan = this.#hostOf(host.toLowerCase(), server)
      plan.groups.push(group)
      plan.origins.push(new ResourceOrigin(virtualService.source, ['spec', 'hosts'], WHY.host))
      if (redirects) plan.requiresTls = true
    }
  }

  #hostOf(host: string, { port }: GatewayServer): HostPlan {
    let plan = this.#hosts.get(host)
    if (!plan) {
      plan = { host, port: port.number, groups: [], origins: [], requiresTls: false }
      this.#hosts.set(host, plan)
    }
    return plan
  }

  /** Built for the first server with an applicable rule; undefined if none applies, and another server may try. */
  #groupOf(virtualService: VirtualServiceView, server: GatewayServer): RouteGroup | undefined {
    const key = `${server.owner} ${virtualService.namespace}/${virtualService.name}`
    const known = this.#groups.get(key)
    if (known) return known
    const routes = planHttpRoutes(virtualService, this.#contextOf(virtualService, server))
    if (routes.length === 0) return undefined
    const group = { virtualService, routes }
    this.#groups.set(key, group)
    return group
  }

  #contextOf(virtualService: VirtualServiceView, { owner, port, spec }: GatewayServer): RouteContext {
    const view = this.#view
    return {
      view,
      settings: this.#settings,
      listenPort: port.number,
      gateways: new Set([owner]),
      terminatesTls: spec.tls !== undefined,
      serviceOf(host) {
        const service = serviceOf(host, virtualService, view)
        return service && destinationService(service)
      },
    }
  }
}

/**
 * The route configurations that a router's listeners refer to.
 * @param routeNames in listener order
 * @returns one per name, with virtual hosts sorted by name
 */
export function planGatewayRoutes(
  view: ProxyView,
  merged: MergedGateways,
  routeNames: readonly string[],
): readonly GatewayRoutePlan[] {
  const settings = routeSettings(view)
  const { env } = view.registry.snapshot.features
  const options = {
    attemptCount: settings.attemptCount,
    collapses: flag(env, 'PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION', true),
  }
  const bound = new BoundVirtualServices(view)
  return routeNames.map((name) => {
    const servers = merged.serversByRoute.get(name) ?? []
    const [first] = servers
    if (!first) return { name, virtualHosts: undefined, origins: [], servers, blackhole: false }
    const hosts = new HostPlans(view, settings, bound)
    for (const server of servers) hosts.add(server)
    const blackhole = hosts.all.length === 0
    const virtualHosts = blackhole
      ? [blackholeHost(first.port.number, [serverOrigin(first, WHY.blackhole)])]
      : gatewayVirtualHosts(hosts.all, options)
    const origins = servers.map((server) => serverOrigin(server, WHY.routeServer))
    return { name, virtualHosts, origins, servers, blackhole }
  })
}
