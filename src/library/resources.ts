/** Envoy's resources with their sources. */
import { once } from '../common/once.ts'
import type { Explained } from '../envoy/explained.ts'
import { buildEnvoyResources } from '../envoy/index.ts'
import type { ProxyView } from '../scope/view.ts'
import { sourceOf } from './sources.ts'
import type { EnvoyResource, EnvoyResources } from './types/proxy.ts'
import type { JsonObject, Source } from './types/source.ts'

/** Sources are in words only when they are read: a proxy may have 100,000 clusters. */
function resourceOf(name: string, explained: Explained<object>): EnvoyResource {
  const sources = once((): readonly Source[] => explained.origins.map(sourceOf))
  return {
    name,
    resource: explained.resource as JsonObject,
    get sources() {
      return sources()
    },
  }
}

const named = (list: readonly Explained<{ readonly name: string }>[]): readonly EnvoyResource[] =>
  list.map((each) => resourceOf(each.resource.name, each))

/** All resources of a proxy. */
export function resourcesOf(view: ProxyView): EnvoyResources {
  const built = buildEnvoyResources(view)
  const listeners = once(() => named(built.listeners.listeners))
  const clusters = once(() => named(built.clusters))
  const endpoints = once(() => built.endpoints.map((each) => resourceOf(each.resource.clusterName, each)))
  const routes = once(() => named(built.routes))
  const extensions = once(() => named(built.extensions))
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
    get extensions() {
      return extensions()
    },
  }
}
