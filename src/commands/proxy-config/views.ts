/** What each view of `proxy-config` shows. */

import { CONFIG_DUMP_LEVELS, configDump } from '../../answers/dump/config-dump.ts'
import { allSections, missingWhen, type Section } from '../../answers/proxy-config/all.ts'
import { clusterTable, matchesCluster, sortedClusters } from '../../answers/proxy-config/clusters.ts'
import { type Decision, explainCluster, explainListener } from '../../answers/proxy-config/decision-tree.ts'
import { dumpedClusters, dumpedListeners, dumpedRoutes, dumpedStatuses } from '../../answers/proxy-config/dump.ts'
import { endpointTable, matchingStatuses } from '../../answers/proxy-config/endpoints.ts'
import { listenerTable, matchesListener } from '../../answers/proxy-config/listeners.ts'
import { matchesRoute, routeTable, sortedRoutes } from '../../answers/proxy-config/routes.ts'
import type { Table } from '../../answers/proxy-config/table.ts'
import type { EnvoyResources } from '../../envoy/index.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import type { ProxyConfigOptions, View } from './options.ts'

/** A view of a proxy's resources; nothing of it is computed before it is asked for. */
export interface ViewContent {
  /** For JSON and YAML. */
  readonly data: () => unknown
  /** Levels of the data above its resources, where they are not simply a list. */
  readonly levels?: number
  /** For people. */
  readonly sections: () => readonly Section[]
  /** Of the one listener or cluster that is shown; undefined when there are several. */
  readonly tree: () => Decision | undefined
  /** What there is nothing of, whatever the filter; of `all`, the sections say it. */
  readonly missing: string | undefined
}

interface Request {
  readonly proxy: Proxy
  readonly resources: EnvoyResources
  readonly options: ProxyConfigOptions
  readonly verbose: boolean
}

const NO_TREE = () => undefined

const untitled = (table: Table, missing?: string): readonly Section[] => [{ title: '', content: table, missing }]

function listenersView({ resources, options, verbose }: Request): ViewContent {
  const all = dumpedListeners(resources)
  const missing = missingWhen(all, 'listeners')
  const shown = all.filter(({ resource }) => matchesListener(resource, options))
  const [only, other] = shown
  return {
    data: () => shown.map(({ resource }) => resource),
    sections: () => untitled(listenerTable(shown, { verbose }), missing),
    tree: () => (only && !other ? explainListener(only, resources.listeners.conflicts) : undefined),
    missing,
  }
}

function clustersView({ resources, options }: Request): ViewContent {
  const all = sortedClusters(dumpedClusters(resources))
  const missing = missingWhen(all, 'clusters')
  const shown = all.filter(({ resource }) => matchesCluster(resource, options))
  const [only, other] = shown
  return {
    data: () => shown.map(({ resource }) => resource),
    sections: () => untitled(clusterTable(shown), missing),
    tree: () => (only && !other ? explainCluster(only, resources) : undefined),
    missing,
  }
}

function endpointsView({ resources, options }: Request): ViewContent {
  const statuses = dumpedStatuses(resources)
  return {
    data: () => matchingStatuses(statuses, options),
    sections: () => untitled(endpointTable(statuses, options)),
    tree: NO_TREE,
    missing: undefined,
  }
}

function routesView({ resources, options, verbose }: Request): ViewContent {
  const all = sortedRoutes(dumpedRoutes(resources))
  const missing = missingWhen(all, 'routes')
  const shown = all.filter(({ resource }) => matchesRoute(resource, options))
  return {
    data: () => shown.map(({ resource }) => resource),
    sections: () => untitled(routeTable(shown, { verbose }), missing),
    tree: NO_TREE,
    missing,
  }
}

function allView({ proxy, resources, options, verbose }: Request): ViewContent {
  return {
    data: () => configDump(proxy, resources),
    levels: CONFIG_DUMP_LEVELS,
    sections: () => allSections(proxy, resources, options, verbose),
    tree: NO_TREE,
    missing: undefined,
  }
}

export const VIEW_CONTENTS: Readonly<Record<View, (request: Request) => ViewContent>> = {
  listeners: listenersView,
  clusters: clustersView,
  endpoints: endpointsView,
  routes: routesView,
  all: allView,
}
