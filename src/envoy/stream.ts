/** Envoy's resources one after the other: those of a large mesh are more than memory should hold at once. */
import type { ProxyView } from '../scope/view.ts'
import { type ClusterFact, clusters, hasAssignment, type PendingCluster, pendingClusters } from './clusters/index.ts'
import { type LoadAssignmentFact, loadAssignments } from './endpoints/index.ts'
import { buildEnvoyResources } from './index.ts'
import { type ListenerFact, planSidecar, routeNamesOfListener, writtenListeners } from './listeners/index.ts'
import { type RouteFact, sidecarRoutes } from './routes/index.ts'

/** Each walk computes its resources anew and forgets each of them when the next one is asked for. */
export interface ResourceStream {
  listeners(): Iterable<ListenerFact>
  clusters(): Iterable<ClusterFact>
  endpoints(): Iterable<LoadAssignmentFact>
  routes(): Iterable<RouteFact>
  /** The clusters in the order of `clusters`, for those who want another one. */
  pendingClusters(): readonly PendingCluster[]
  /** The endpoints of an EDS cluster. */
  assignmentOf(clusterName: string): LoadAssignmentFact
}

/** Notes names on a walk, so that who needs only these has no walk of its own when somebody walked before. */
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

/** A router has few listeners and routes, and its clusters are chosen by them: all is computed at once. */
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

/** The same resources as those of `buildEnvoyResources`, in the same order. */
export function streamEnvoyResources(view: ProxyView): ResourceStream {
  return view.proxy.type === 'router' ? routerStream(view) : sidecarStream(view)
}
