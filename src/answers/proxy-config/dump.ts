/** Envoy's resources in the order of its admin interface: by name. */

import { compareBytes } from '../../common/bytes.ts'
import type { EnvoyCluster } from '../../envoy/clusters/index.ts'
import type { Explained } from '../../envoy/explained.ts'
import type { EnvoyResources } from '../../envoy/index.ts'
import type { ExplainedListener } from '../../envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration } from '../../envoy/routes/index.ts'
import { clusterStatuses, type ExplainedStatus } from './endpoints/statuses.ts'
import { inlineRoutes } from './routes/message.ts'

interface Named {
  readonly resource: { readonly name: string }
}

export function byName<F extends Named>(resources: readonly F[]): readonly F[] {
  return [...resources].sort((a, b) => compareBytes(a.resource.name, b.resource.name))
}

export const dumpedListeners = (resources: EnvoyResources): readonly ExplainedListener[] =>
  byName(resources.listeners.listeners)

export const dumpedClusters = (resources: EnvoyResources): readonly Explained<EnvoyCluster>[] =>
  byName(resources.clusters)

/**
 * Routes from RDS. A proxy asks for a name once, but the reference repeats a name that several listeners have; the
 * repeats have no virtual hosts.
 */
export function dynamicRoutes(resources: EnvoyResources): readonly ExplainedRouteConfiguration[] {
  const seen = new Set<string>()
  return byName(resources.routes).filter(({ resource: { name, virtualHosts = [] } }) => {
    const isRepeat = seen.has(name) && virtualHosts.length === 0
    seen.add(name)
    return !isRepeat
  })
}

/** Routes inside listeners. */
export const staticRoutes = (resources: EnvoyResources): readonly ExplainedRouteConfiguration[] =>
  inlineRoutes(dumpedListeners(resources))

export const dumpedRoutes = (resources: EnvoyResources): readonly ExplainedRouteConfiguration[] => [
  ...dynamicRoutes(resources),
  ...staticRoutes(resources),
]

export const dumpedStatuses = (resources: EnvoyResources): readonly ExplainedStatus[] =>
  clusterStatuses(dumpedClusters(resources), resources.endpoints)
