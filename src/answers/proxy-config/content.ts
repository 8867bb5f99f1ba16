/** The content of each `proxy-config` subcommand. */
import type { EnvoyResources } from '../../envoy/index.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { anyExtension, CONFIG_DUMP_LEVELS, configDump } from '../dump/config-dump.ts'
import { type AllFilter, allSections } from './all/sections.ts'
import { matchesCluster, sortedClusters } from './clusters/message.ts'
import { clusterTable } from './clusters/table.ts'
import { type Decision, explainCluster, explainListener } from './decision-tree.ts'
import { dumpedClusters, dumpedListeners, dumpedRoutes, dumpedStatuses } from './dump.ts'
import { type EndpointFilter, matchingStatuses } from './endpoints/message.ts'
import { endpointTable } from './endpoints/table.ts'
import { extensionTable } from './extensions/table.ts'
import { missingWhen, type Section, type Table } from './istioctl-table.ts'
import { matchesListener } from './listeners/message.ts'
import { listenerTable } from './listeners/table.ts'
import { untakenText } from './listeners/untaken.ts'
import { matchesRoute, sortedRoutes } from './routes/message.ts'
import { routeTable } from './routes/table.ts'
import type { Subcommand } from './subcommands.ts'

/** The parts of a proxy's resources to print, computed on demand. */
export interface Content {
  /** For JSON and YAML. */
  readonly message: () => unknown
  /** Levels of the message above its resources, if they are not just a list. */
  readonly levels?: number
  /** For people. */
  readonly sections: () => readonly Section[]
  /** For a single listener or cluster; undefined when there are several. */
  readonly tree: () => Decision | undefined
  /** What does not exist at all, whatever the filter; for `all`, the sections report it. */
  readonly missing: string | undefined
  /** A note about the request, for stderr: what istioctl does not print. */
  readonly note?: () => string | undefined
}

/** The request for a proxy. */
export interface Request {
  readonly proxy: Proxy
  readonly resources: EnvoyResources
  readonly filter: AllFilter & EndpointFilter
  /** Filter chains and routes instead of listeners and route configurations. */
  readonly verbose: boolean
}

const NO_TREE = () => undefined

const untitled = (table: Table, missing?: string): readonly Section[] => [{ title: '', content: table, missing }]

function listenersContent({ resources, filter, verbose }: Request): Content {
  const all = dumpedListeners(resources)
  const missing = missingWhen(all, 'listeners')
  const shown = all.filter(({ resource }) => matchesListener(resource, filter))
  const [only, other] = shown
  return {
    message: () => shown.map(({ resource }) => resource),
    sections: () => untitled(listenerTable(shown, { verbose }), missing),
    tree: () => (only && !other ? explainListener(only, resources.listeners.conflicts) : undefined),
    missing,
    note: () => (only ? undefined : untakenText(resources, filter)),
  }
}

function clustersContent({ resources, filter }: Request): Content {
  const all = sortedClusters(dumpedClusters(resources))
  const missing = missingWhen(all, 'clusters')
  const shown = all.filter(({ resource }) => matchesCluster(resource, filter))
  const [only, other] = shown
  return {
    message: () => shown.map(({ resource }) => resource),
    sections: () => untitled(clusterTable(shown), missing),
    tree: () => (only && !other ? explainCluster(only, resources) : undefined),
    missing,
  }
}

function endpointsContent({ resources, filter }: Request): Content {
  const statuses = dumpedStatuses(resources)
  return {
    message: () => matchingStatuses(statuses, filter),
    sections: () => untitled(endpointTable(statuses, filter)),
    tree: NO_TREE,
    missing: undefined,
  }
}

function routesContent({ resources, filter, verbose }: Request): Content {
  const all = sortedRoutes(dumpedRoutes(resources))
  const missing = missingWhen(all, 'routes')
  const shown = all.filter(({ resource }) => matchesRoute(resource, filter))
  return {
    message: () => shown.map(({ resource }) => resource),
    sections: () => untitled(routeTable(shown, { verbose }), missing),
    tree: NO_TREE,
    missing,
  }
}

function extensionsContent({ resources: { extensions } }: Request): Content {
  return {
    message: () => ({ ecdsFilters: extensions.map(({ resource }) => ({ ecdsFilter: anyExtension(resource) })) }),
    sections: () => untitled(extensionTable(extensions)),
    tree: NO_TREE,
    missing: undefined,
  }
}

function allContent({ proxy, resources, filter, verbose }: Request): Content {
  return {
    message: () => configDump(proxy, resources),
    levels: CONFIG_DUMP_LEVELS,
    sections: () => allSections(proxy, resources, filter, verbose),
    tree: NO_TREE,
    missing: undefined,
  }
}

const CONTENTS: Readonly<Record<Subcommand, (request: Request) => Content>> = {
  listeners: listenersContent,
  clusters: clustersContent,
  endpoints: endpointsContent,
  routes: routesContent,
  ecds: extensionsContent,
  all: allContent,
}

export const contentOf = (subcommand: Subcommand, request: Request): Content => CONTENTS[subcommand](request)
