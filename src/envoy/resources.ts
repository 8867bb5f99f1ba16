/** All Envoy resources of one proxy, in order of their dependencies. */
import { once } from '../common/once.ts'
import type { ProxyView } from '../scope/view.ts'
import { buildClusters, edsClusterNames } from './clusters/index.ts'
import { buildEndpoints, type ExplainedLoadAssignment } from './endpoints/index.ts'
import { type ExplainedExtension, extensionsOf } from './extensions/written.ts'
import {
  buildGatewayClusters,
  buildGatewayListeners,
  buildGatewayRoutes,
  mergeGateways,
  type RouterGateways,
  routerGateways,
} from './gateways/index.ts'
import { extensionNamesOf, type ListenersResult, planSidecar, routeNamesOf, writeListeners } from './listeners/index.ts'
import { type ProxyPatches, patchesFor } from './patches/plan/patches.ts'
import { buildSidecarRoutes, type ExplainedRouteConfiguration } from './routes/index.ts'

/** Resources with their origins, each computed on first use. */
export interface EnvoyResources {
  readonly listeners: ListenersResult
  readonly clusters: ReturnType<typeof buildClusters>
  readonly endpoints: readonly ExplainedLoadAssignment[]
  readonly routes: readonly ExplainedRouteConfiguration[]
  /** Those that the listeners ask for by name. */
  readonly extensions: readonly ExplainedExtension[]
  /** For routers only. */
  readonly gateways: RouterGateways | undefined
}

type Stages = { readonly [K in Exclude<keyof EnvoyResources, 'endpoints' | 'extensions'>]: () => EnvoyResources[K] }

type Patches = ProxyPatches | undefined

function sidecarStages(view: ProxyView, patches: Patches): Stages {
  const listeners = once(() => writeListeners(planSidecar(view, patches)))
  return {
    listeners,
    clusters: once(() => buildClusters(view, view.services, patches)),
    routes: once(() => buildSidecarRoutes(view, routeNamesOf(listeners().listeners), patches)),
    gateways: () => undefined,
  }
}

function routerStages(view: ProxyView, patches: Patches): Stages {
  const merged = once(() => mergeGateways(view))
  const listeners = once(() => buildGatewayListeners(view, merged(), patches))
  const routes = once(() => buildGatewayRoutes(view, merged(), routeNamesOf(listeners().listeners), patches))
  return {
    // Routers have no listener conflicts: their servers conflict before listeners are planned.
    listeners: once(() => ({ listeners: listeners().listeners, conflicts: [], skipped: [] })),
    clusters: once(() => buildGatewayClusters(view, merged(), patches)),
    routes,
    gateways: once(() => routerGateways(view, merged(), listeners(), routes())),
  }
}

/**
 * Includes the routes that the listeners refer to, and load assignments for the EDS clusters.
 * @param patches those of its EnvoyFilters; given to record what they do
 */
export function buildEnvoyResources(view: ProxyView, patches: Patches = patchesFor(view)): EnvoyResources {
  const stages = view.proxy.type === 'router' ? routerStages(view, patches) : sidecarStages(view, patches)
  const endpoints = once(() => buildEndpoints(view, edsClusterNames(stages.clusters())))
  const extensions = once(() => extensionsOf(view, () => extensionNamesOf(stages.listeners().listeners), patches))
  return {
    get listeners() {
      return stages.listeners()
    },
    get clusters() {
      return stages.clusters()
    },
    get endpoints() {
      return endpoints()
    },
    get routes() {
      return stages.routes()
    },
    get extensions() {
      return extensions()
    },
    get gateways() {
      return stages.gateways()
    },
  }
}
