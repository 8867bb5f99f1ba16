/** Which clusters a proxy can reach, decided without holding its listeners and routes: large meshes have gigabytes of them. */
import { outboundClusterNames } from '../envoy/clusters/index.ts'
import { buildEnvoyResources } from '../envoy/index.ts'
import { type ListenerConflict, listenerTargets, type SkippedPort } from '../envoy/listeners/index.ts'
import { sidecarRoutes } from '../envoy/routes/index.ts'
import type { ProxyView } from '../scope/view.ts'
import { referencedClusters } from './references.ts'

export interface Reach {
  /** The clusters that listeners and routes refer to. */
  readonly referenced: ReadonlySet<string>
  readonly conflicts: readonly ListenerConflict[]
  /** Ports that listeners leave out for another reason than a conflict. */
  readonly skipped: readonly SkippedPort[]
  /** The names of the clusters that there are, those of services among them, in the order of the clusters. */
  clusterNames(): Iterable<string>
}

function routerReach(view: ProxyView): Reach {
  const { listeners, clusters, routes } = buildEnvoyResources(view)
  return {
    referenced: referencedClusters([...listeners.listeners, ...routes].map(({ resource }) => resource)),
    conflicts: listeners.conflicts,
    skipped: listeners.skipped,
    clusterNames: () => clusters.map(({ resource }) => resource.name),
  }
}

function sidecarReach(view: ProxyView): Reach {
  const { clusters, further, routeNames, conflicts, skipped } = listenerTargets(view)
  const referenced = new Set(clusters)
  for (const name of referencedClusters(further)) referenced.add(name)
  for (const { resource } of sidecarRoutes(view, routeNames)) {
    for (const name of referencedClusters([resource])) referenced.add(name)
  }
  return { referenced, conflicts, skipped, clusterNames: () => outboundClusterNames(view) }
}

/** What the resources of `buildEnvoyResources` would tell. */
export function reachOf(view: ProxyView): Reach {
  return view.proxy.type === 'router' ? routerReach(view) : sidecarReach(view)
}
