/** Envoy's resources one at a time, because those of a large mesh do not fit in memory together. */
import type { ProxyView } from '../scope/view.ts'
import { type ClusterFact, clusters, hasAssignment, type PendingCluster, pendingClusters } from './clusters/index.ts'
import { type LoadAssignmentFact, loadAssignments } from './endpoints/index.ts'
import { buildEnvoyResources } from './index.ts'
import { type ListenerFact, planSidecar, routeNamesOfListener, writtenListeners } from './listeners/index.ts'
import { type RouteFact, sidecarRoutes } from './routes/index.ts'

/** Each pass computes its resources again and releases each before the next. */
export interface ResourceStream {
  listeners(): Iterable<ListenerFact>
  clusters(): Iterable<ClusterFact>
  endpoints(): Iterable<LoadAssignmentFact>
  routes(): Iterable<RouteFact>
  /** The clusters in the order of `clusters`, for callers that sort them differently. */
  pendingClusters(): readonly PendingCluster[]
  /** The endpoints of an EDS cluster. */
  assignmentOf(clusterName: string): LoadAssignmentFact
}

/** Remembers the names seen in one pass, so a later caller that needs only names does not repeat it. */
class NotedNames<F> {
  readonly #walk: () => Iterable<F>
  readonly #namesOf: (fact: F) => readonly string[]
  #noted: readonly string[] | undefined

  constructor(walk: () => Iterable<F>, namesOf: (fact: F) => readonly string[]) {
    this.#walk = walk
    this.#namesOf = namesOf
  }

  *facts(): Iterable<F> {
    const noted: string[] = []
    for (const fact of this.#walk()) {
      for (const name of this.#namesOf(fact)) noted.push(name)
      yield fact
    }
    this.#noted = noted
  }

  names(): readonly string[] {
    this.#noted ??= [...this.#walk()].flatMap(this.#namesOf)
    return this.#noted
  }
}

const firstOf = (assignments: Iterable<LoadAssignmentFact>): LoadAssignmentFact =>
  [...assignments][0] as LoadAssignmentFact

function sidecarStream(view: ProxyView): ResourceStream {
  const listeners = new NotedNames(() => writtenListeners(planSidecar(view)), routeNamesOfListener)
  const noted = new NotedNames(
    () => clusters(view),
    (fact) => (hasAssignment(fact) ? [fact.resource.name] : []),
  )
  return {
    listeners: () => listeners.facts(),
    clusters: () => noted.facts(),
    endpoints: () => loadAssignments(view, noted.names()),
    routes: () => sidecarRoutes(view, listeners.names()),
    pendingClusters: () => pendingClusters(view),
    assignmentOf: (name) => firstOf(loadAssignments(view, [name])),
  }
}

/** A router has few listeners and routes, and they decide its clusters, so everything is computed at once. */
function routerStream(view: ProxyView): ResourceStream {
  const resources = buildEnvoyResources(view)
  return {
    listeners: () => resources.listeners.listeners,
    clusters: () => resources.clusters,
    endpoints: () => resources.endpoints,
    routes: () => resources.routes,
    pendingClusters: () => resources.clusters.map((fact) => ({ name: fact.resource.name, fact: () => fact })),
    assignmentOf: (name) => firstOf(loadAssignments(view, [name])),
  }
}

/** Yields the same resources as `buildEnvoyResources`, in the same order. */
export function streamEnvoyResources(view: ProxyView): ResourceStream {
  return view.proxy.type === 'router' ? routerStream(view) : sidecarStream(view)
}
