/** Envoy's resources with their sources. */
import { once } from '../common/once.ts'
import { type ExplainedLoadAssignment, endpointOrigins } from '../envoy/endpoints/index.ts'
import type { Explained, Origin } from '../envoy/explained.ts'
import { buildEnvoyResources } from '../envoy/index.ts'
import { chainsOf, type ExplainedListener } from '../envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration } from '../envoy/routes/index.ts'
import type { ProxyView } from '../scope/view.ts'
import { sourceOf } from './sources.ts'
import type { EnvoyPart, EnvoyResource, EnvoyResources } from './types/proxy.ts'
import type { JsonObject, Source } from './types/source.ts'

type Path = readonly (string | number)[]

/** Sources are in words only when they are read: a proxy may have 100,000 clusters. */
function sourcesOf(origins: () => readonly Origin[]): () => readonly Source[] {
  return once(() => origins().map(sourceOf))
}

function partOf(path: Path, origins: () => readonly Origin[]): EnvoyPart {
  const sources = sourcesOf(origins)
  return {
    path,
    get sources() {
      return sources()
    },
  }
}

function resourceOf(
  name: string,
  explained: Explained<object>,
  partsOf: () => readonly EnvoyPart[] = () => [],
): EnvoyResource {
  const sources = sourcesOf(() => explained.origins)
  const parts = once(partsOf)
  return {
    name,
    resource: explained.resource as JsonObject,
    get sources() {
      return sources()
    },
    get parts() {
      return parts()
    },
  }
}

/** The default chain is the last one. */
function chainParts({ resource, chains }: ExplainedListener): readonly EnvoyPart[] {
  const { length } = resource.filterChains ?? []
  return chainsOf(resource).map((_, index) =>
    partOf(index < length ? ['filterChains', index] : ['defaultFilterChain'], () => chains[index] ?? []),
  )
}

const routeParts = ({ virtualHosts }: ExplainedRouteConfiguration): readonly EnvoyPart[] =>
  virtualHosts.flatMap((host, index) => {
    const path: Path = ['virtualHosts', index]
    const routes = host.routes.map((route, at) => partOf([...path, 'routes', at], () => route.origins))
    return [partOf(path, () => host.origins), ...routes]
  })

const endpointParts = ({ groups }: ExplainedLoadAssignment): readonly EnvoyPart[] =>
  groups.flatMap(({ endpoints }, group) =>
    endpoints.map((endpoint, index) =>
      partOf(['endpoints', group, 'lbEndpoints', index], () => endpointOrigins(endpoint)),
    ),
  )

const named = (list: readonly Explained<{ readonly name: string }>[]): readonly EnvoyResource[] =>
  list.map((each) => resourceOf(each.resource.name, each))

/** All resources of a proxy. */
export function resourcesOf(view: ProxyView): EnvoyResources {
  const built = buildEnvoyResources(view)
  const listeners = once(() =>
    built.listeners.listeners.map((each) => resourceOf(each.resource.name, each, () => chainParts(each))),
  )
  const clusters = once(() => named(built.clusters))
  const endpoints = once(() =>
    built.endpoints.map((each) => resourceOf(each.resource.clusterName, each, () => endpointParts(each))),
  )
  const routes = once(() => built.routes.map((each) => resourceOf(each.resource.name, each, () => routeParts(each))))
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
