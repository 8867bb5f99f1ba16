/** Envoy's resources one at a time, because those of a large mesh do not fit in memory together. */
import type { Service } from '../registry/service.ts'
import type { ProxyView } from '../scope/view.ts'
import {
  clusters,
  type ExplainedCluster,
  hasAssignment,
  type PendingCluster,
  pendingClusters,
} from './clusters/index.ts'
import { type ExplainedLoadAssignment, loadAssignments } from './endpoints/index.ts'
import { type ExplainedExtension, extensionsOf } from './extensions/written.ts'
import { buildEnvoyResources } from './index.ts'
import {
  type ExplainedListener,
  extensionNamesOf,
  planSidecar,
  routeNamesOfListener,
  type SidecarPlan,
  writtenListeners,
} from './listeners/index.ts'
import { type ExplainedRouteConfiguration, sidecarRoutes } from './routes/index.ts'

/** Each pass computes its resources again and releases each before the next. */
export interface ResourceStream {
  listeners(): Iterable<ExplainedListener>
  /** @param services leaves out the clusters of other services, if the proxy is a sidecar */
  clusters(services?: readonly Service[]): Iterable<ExplainedCluster>
  /** Those of the last walk of clusters. */
  endpoints(): Iterable<ExplainedLoadAssignment>
  routes(): Iterable<ExplainedRouteConfiguration>
  /** Those that the listeners ask for by name. */
  extensions(): Iterable<ExplainedExtension>
  /** The clusters in the order of `clusters`, for callers that sort them differently. */
  pendingClusters(): readonly PendingCluster[]
  /** The endpoints of an EDS cluster. */
  assignmentOf(clusterName: string): ExplainedLoadAssignment
}

/** Remembers the names seen in one pass, so a later caller that needs only names does not repeat it. */
class RecordedNames<R, A extends readonly unknown[] = []> {
  readonly #walk: (...args: A | []) => Iterable<R>
  readonly #namesOf: (resource: R) => readonly string[]
  #recorded: readonly string[] | undefined

  constructor(walk: (...args: A | []) => Iterable<R>, namesOf: (resource: R) => readonly string[]) {
    this.#walk = walk
    this.#namesOf = namesOf
  }

  *resources(...args: A | []): Iterable<R> {
    const recorded: string[] = []
    for (const resource of this.#walk(...args)) {
      for (const name of this.#namesOf(resource)) recorded.push(name)
      yield resource
    }
    this.#recorded = recorded
  }

  names(): readonly string[] {
    this.#recorded ??= [...this.#walk()].flatMap(this.#namesOf)
    return this.#recorded
  }
}

const firstOf = (assignments: Iterable<ExplainedLoadAssignment>): ExplainedLoadAssignment =>
  [...assignments][0] as ExplainedLoadAssignment

/** @param planOf gives the plan of its listeners, for callers that keep one */
export function sidecarStream(view: ProxyView, planOf: () => SidecarPlan = () => planSidecar(view)): ResourceStream {
  const listeners = new RecordedNames(() => writtenListeners(planOf()), routeNamesOfListener)
  const recorded = new RecordedNames(
    (services?: readonly Service[]) => clusters(view, services),
    (cluster) => (hasAssignment(cluster) ? [cluster.resource.name] : []),
  )
  return {
    listeners: () => listeners.resources(),
    clusters: (services) => recorded.resources(services),
    endpoints: () => loadAssignments(view, recorded.names()),
    routes: () => sidecarRoutes(view, listeners.names()),
    extensions: () => extensionsOf(view, () => extensionNamesOf(writtenListeners(planOf()))),
    pendingClusters: () => pendingClusters(view),
    assignmentOf: (name) => firstOf(loadAssignments(view, [name])),
  }
}

/** A router has few listeners and routes, and they decide its clusters, so everything is computed at once. */
export function routerStream(view: ProxyView, resources = buildEnvoyResources(view)): ResourceStream {
  return {
    listeners: () => resources.listeners.listeners,
    clusters: () => resources.clusters,
    endpoints: () => resources.endpoints,
    routes: () => resources.routes,
    extensions: () => resources.extensions,
    pendingClusters: () => resources.clusters.map((cluster) => ({ name: cluster.resource.name, write: () => cluster })),
    assignmentOf: (name) => firstOf(loadAssignments(view, [name])),
  }
}

/** Yields the same resources as `buildEnvoyResources`, in the same order. */
export function streamEnvoyResources(view: ProxyView): ResourceStream {
  return view.proxy.type === 'router' ? routerStream(view) : sidecarStream(view)
}
