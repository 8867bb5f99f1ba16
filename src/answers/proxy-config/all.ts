/** `proxy-config all`: one table after the other (istioctl writer/envoy/configdump PrintFullSummary). */
import type { EnvoyResources } from '../../envoy/index.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { type ClusterFilter, clusterTable, matchesCluster, sortedClusters } from './clusters.ts'
import { dumpedClusters, dumpedListeners, dumpedRoutes, dumpedStatuses } from './dump.ts'
import { edsTable } from './eds.ts'
import { type ListenerFilter, listenerTable, matchesListener } from './listeners.ts'
import { matchesRoute, type RouteFilter, routeTable, sortedRoutes } from './routes.ts'
import { LISTENER_PADDING, type Table } from './table.ts'

/** One part of `all`: a table, or a sentence where there is nothing to put into one. */
export interface Section {
  readonly title: string
  readonly content: Table | string
  /** What is missing altogether: istioctl prints the title and gives up. */
  readonly missing?: string | undefined
}

/** The reason for which istioctl prints no table at all. */
export const missingWhen = (all: readonly unknown[], what: string): string | undefined =>
  all.length === 0 ? `no ${what} found` : undefined

export interface AllFilter extends ListenerFilter, ClusterFilter, RouteFilter {}

/** Envoy says here which build it is; none runs. */
const NO_ENVOY = '0.0.0'

function bootstrapTable({ metadata }: Proxy): Table {
  const sha = metadata.get('ISTIO_PROXY_SHA') ?? ''
  const facts: readonly (readonly [string, string])[] = [
    ['Istio Version:', metadata.get('ISTIO_VERSION') ?? ''],
    ['Istio Proxy Version:', sha.split(':')[1] ?? sha],
    ['Envoy Version:', NO_ENVOY],
  ]
  const rows = facts.filter(([, value]) => value !== '').map((cells) => ({ cells, origins: () => [] }))
  return { header: [], rows, padding: LISTENER_PADDING }
}

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

/** In istioctl's order. `--port` and `--address` are for listeners and endpoints alike, as there. */
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
    { title: 'ENDPOINTS INFO', content: edsTable(dumpedStatuses(resources), filter) },
  ]
}
