/** Which clusters a proxy can reach, without keeping its listeners and routes: large meshes have gigabytes of them. */

import { outboundClusterName } from '../../common/names.ts'
import { outboundClusterNames } from '../../envoy/clusters/index.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import {
  type ListenerConflict,
  listenerTargets,
  type PatchedPort,
  planSidecar,
  type SkippedPort,
} from '../../envoy/listeners/index.ts'
import { referencedClusters } from '../../envoy/referenced-clusters.ts'
import { sidecarRoutes } from '../../envoy/routes/index.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'

export interface Reach {
  /** The clusters that listeners and routes refer to. */
  readonly referenced: ReadonlySet<string>
  /** The default clusters of the ports that they lead to, be it through a subset. */
  readonly reached: ReadonlySet<string>
  readonly conflicts: readonly ListenerConflict[]
  /** Ports without a listener for a reason other than a conflict. */
  readonly skipped: readonly SkippedPort[]
  /** Ports whose listeners EnvoyFilters remove or change. */
  readonly patched: readonly PatchedPort[]
  /** The default clusters of service ports that are not referred to, in cluster order. */
  unreferenced(): readonly string[]
}

const DEFAULT_CLUSTER = /^outbound\|\d+\|\|/

const SUBSET_CLUSTER = /^outbound\|(\d+)\|[^|]+\|(.+)$/

const BAR = 124

/** Whether a name such as `outbound|80||HOST` has no subset. */
const isOfWholePort = (name: string): boolean => name.charCodeAt(name.indexOf('|', name.indexOf('|') + 1) + 1) === BAR

function areOfWholePorts(names: Iterable<string>): boolean {
  for (const name of names) if (!isOfWholePort(name)) return false
  return true
}

/**
 * The default clusters of the ports that clusters belong to: a port that a subset serves is reached, as in any canary.
 * @param referenced names of clusters
 */
export function reachedPorts(referenced: ReadonlySet<string>): ReadonlySet<string> {
  // In most meshes no name has a subset, and the sets of a large mesh take megabytes.
  if (areOfWholePorts(referenced)) return referenced
  const reached = new Set<string>()
  for (const name of referenced) {
    // The expression would take longer than everything else here.
    if (isOfWholePort(name)) {
      reached.add(name)
      continue
    }
    const [, port, host] = SUBSET_CLUSTER.exec(name) ?? []
    reached.add(port === undefined || host === undefined ? name : outboundClusterName(Number(port), '', host))
  }
  return reached
}

const withoutReferences = (names: Iterable<string>, referenced: ReadonlySet<string>): readonly string[] =>
  [...new Set(names)].filter((name) => DEFAULT_CLUSTER.test(name) && !referenced.has(name))

function routerReach(view: ProxyView): Reach {
  const { listeners, clusters, routes } = buildEnvoyResources(view)
  const referenced = referencedClusters([...listeners.listeners, ...routes].map(({ resource }) => resource))
  return {
    referenced,
    reached: reachedPorts(referenced),
    conflicts: listeners.conflicts,
    skipped: listeners.skipped,
    patched: [],
    unreferenced: () =>
      withoutReferences(
        clusters.map(({ resource }) => resource.name),
        referenced,
      ),
  }
}

/** Whether every port of a service is referred to; then it does not matter whether they have clusters. */
const isReferenced = ({ hostname, ports }: Service, referenced: ReadonlySet<string>): boolean =>
  ports.every(({ number }) => referenced.has(outboundClusterName(number, '', hostname)))

/** The clusters that route configurations of a sidecar refer to; these are computed one at a time. */
export function* reachedByRoutes(view: ProxyView, routeNames: readonly string[]): Iterable<string> {
  for (const { resource } of sidecarRoutes(view, routeNames)) yield* referencedClusters([resource])
}

function sidecarReach(view: ProxyView): Reach {
  const plan = planSidecar(view)
  const { outbound, inbound } = plan
  const { clusters, routeNames, conflicts, patched } = listenerTargets(plan)
  const referenced = new Set(clusters)
  for (const name of reachedByRoutes(view, routeNames)) referenced.add(name)
  return {
    referenced,
    reached: reachedPorts(referenced),
    conflicts,
    skipped: [...outbound.skipped, ...inbound.skipped],
    patched,
    unreferenced() {
      const services = view.services.filter((service) => !isReferenced(service, referenced))
      return withoutReferences(outboundClusterNames(view, services), referenced)
    },
  }
}

/** The same as the resources of `buildEnvoyResources` show. */
export function reachOf(view: ProxyView): Reach {
  return view.proxy.type === 'router' ? routerReach(view) : sidecarReach(view)
}
