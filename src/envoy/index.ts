/** All of Envoy's resources for one proxy, in the order in which they depend on each other. */
import type { ProxyView } from '../scope/view.ts'
import { buildClusters, edsClusterNames } from './clusters/index.ts'
import { buildEndpoints, type LoadAssignmentFact } from './endpoints/index.ts'
import { buildSidecarListeners, type ListenersResult, routeNamesOf } from './listeners/index.ts'
import { buildSidecarRoutes, type RouteFact } from './routes/index.ts'

/** Resources with their origins, each computed when it is first asked for. */
export interface EnvoyResources {
  readonly listeners: ListenersResult
  readonly clusters: ReturnType<typeof buildClusters>
  readonly endpoints: readonly LoadAssignmentFact[]
  readonly routes: readonly RouteFact[]
}

/** Computes a value once. */
function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined
  return () => {
    value ??= { of: compute() }
    return value.of
  }
}

/** Routes are those that the listeners ask for, load assignments those of the EDS clusters. */
export function buildEnvoyResources(view: ProxyView): EnvoyResources {
  const listeners = once(() => buildSidecarListeners(view))
  const clusters = once(() => buildClusters(view))
  const endpoints = once(() => buildEndpoints(view, edsClusterNames(clusters())))
  const routes = once(() => buildSidecarRoutes(view, routeNamesOf(listeners().listeners)))
  return {
    get listeners() {
      return listeners()
    },
    get clusters() {
      return clusters()
    },
    get endpoints() {
      return endpoints()
    },
    get routes() {
      return routes()
    },
  }
}
