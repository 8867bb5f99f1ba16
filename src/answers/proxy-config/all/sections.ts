/** The tables of `proxy-config all` (istioctl writer/envoy/configdump PrintFullSummary). */
import type { EnvoyResources } from '../../../envoy/index.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { type ClusterFilter, matchesCluster, sortedClusters } from '../clusters/message.ts'
import { clusterTable } from '../clusters/table.ts'
import { dumpedClusters, dumpedListeners, dumpedRoutes, dumpedStatuses } from '../dump.ts'
import { missingWhen, type Section } from '../istioctl-table.ts'
import { type ListenerFilter, matchesListener } from '../listeners/message.ts'
import { listenerTable } from '../listeners/table.ts'
import { matchesRoute, type RouteFilter, sortedRoutes } from '../routes/message.ts'
import { routeTable } from '../routes/table.ts'
import { assignmentTable, bootstrapTable } from './table.ts'

export interface AllFilter extends ListenerFilter, ClusterFilter, RouteFilter {}

function clusterSection(resources: EnvoyResources, filter: AllFilter): Section {
  const all = sortedClusters(dumpedClusters(resources))
  const shown = all.filter(({ resource }) => matchesCluster(resource, filter))
  return { title: 'CLUSTER INFO', content: clusterTable(shown, true), missing: missingWhen(all, 'clusters') }
}

function listenerSection(resources: EnvoyResources, filter: AllFilter, verbose: boolean): Section {
  const all = dumpedListeners(resources)
  const shown = all.filter(({ resource }) => matchesListener(resource, filter))
  const content = listenerTable(shown, { verbose, named: true })
  return { title: 'LISTENER INFO', content, missing: missingWhen(all, 'listeners') }
}

function routeSection(resources: EnvoyResources, filter: AllFilter, verbose: boolean): Section {
  const all = sortedRoutes(dumpedRoutes(resources))
  const shown = all.filter(({ resource }) => matchesRoute(resource, filter))
  return {
    title: 'ROUTE INFO',
    content: routeTable(shown, { verbose, named: true }),
    missing: missingWhen(all, 'routes'),
  }
}

/** In istioctl's order. As there, `--port` and `--address` apply to listeners and endpoints. */
export function allSections(
  proxy: Proxy,
  resources: EnvoyResources,
  filter: AllFilter,
  verbose: boolean,
): readonly Section[] {
  return [
    { title: 'BOOTSTRAP INFO', content: bootstrapTable(proxy) },
    clusterSection(resources, filter),
    listenerSection(resources, filter, verbose),
    routeSection(resources, filter, verbose),
    { title: 'SECRET INFO', content: 'No active or warming secrets found.' },
    { title: 'ENDPOINTS INFO', content: assignmentTable(dumpedStatuses(resources), filter) },
  ]
}
