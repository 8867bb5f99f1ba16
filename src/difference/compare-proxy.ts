/** What one proxy gets in two meshes. */
import { once } from '../common/once.ts'
import { ordered, sameData } from '../comparison/index.ts'
import { buildNameTable, type NameRecord } from '../dns/name-table.ts'
import type { ExplainedLoadAssignment } from '../envoy/endpoints/index.ts'
import type { Explained } from '../envoy/explained.ts'
import { buildEnvoyResources } from '../envoy/index.ts'
import {
  type ExplainedListener,
  type ListenerConflict,
  listenerTargets,
  planSidecar,
} from '../envoy/listeners/index.ts'
import { referencedClusters } from '../envoy/referenced-clusters.ts'
import type { ExplainedRouteConfiguration } from '../envoy/routes/index.ts'
import { type ResourceStream, routerStream, sidecarStream } from '../envoy/stream.ts'
import { reachedPorts } from '../findings/conflicts/index.ts'
import type { ProxyView } from '../scope/view.ts'
import type { JsonValue } from '../sources/document.ts'
import { changedServices } from './changed-services.ts'
import { changedItems } from './lockstep.ts'
import { type ComparedProxy, RESOURCE_KINDS, type ReachedPorts, type ResourceKind } from './model.ts'
import { takerOf } from './takers.ts'

/** The resources of one proxy, each computed when it is asked for. */
interface Resources extends Pick<ResourceStream, 'listeners' | 'clusters' | 'endpoints' | 'routes'> {
  conflicts(): readonly ListenerConflict[]
  /** Known when listeners and routes have been walked. */
  reach(): ReachedPorts | undefined
}

const NOTHING: Resources = {
  listeners: () => [],
  clusters: () => [],
  endpoints: () => [],
  routes: () => [],
  conflicts: () => [],
  reach: () => undefined,
}

const NOT_ASKED: ComparedProxy['reach'] = { before: undefined, after: undefined }

/** Passes items on, and keeps a few words about each. */
function* noting<T>(items: Iterable<T>, note: (item: T) => void): Iterable<T> {
  for (const item of items) {
    note(item)
    yield item
  }
}

function sidecarResources(view: ProxyView): Resources {
  const plan = planSidecar(view)
  const targets = once(() => listenerTargets(plan))
  const stream = sidecarStream(view, () => plan)
  const routed = new Set<string>()
  const takers = new Map<number, string>()
  const noteTaker = (listener: ExplainedListener): void => {
    const taker = takerOf(listener)
    if (taker) takers.set(taker.port, taker.host)
  }
  const addRouted = ({ resource }: ExplainedRouteConfiguration): void => {
    for (const name of referencedClusters([resource])) routed.add(name)
  }
  return {
    ...stream,
    listeners: () => noting(stream.listeners(), noteTaker),
    routes: () => noting(stream.routes(), addRouted),
    conflicts: () => targets().conflicts,
    reach: () => ({
      reached: reachedPorts(new Set([...targets().clusters, ...routed])),
      skipped: [...plan.outbound.skipped, ...plan.inbound.skipped],
      patched: targets().patched,
      takers,
    }),
  }
}

function routerResources(view: ProxyView): Resources {
  const resources = buildEnvoyResources(view)
  return {
    ...routerStream(view, resources),
    conflicts: () => resources.listeners.conflicts,
    reach: () => undefined,
  }
}

function resourcesOf(view: ProxyView | undefined): Resources {
  if (!view) return NOTHING
  return view.proxy.type === 'router' ? routerResources(view) : sidecarResources(view)
}

/** Whether two resources mean the same: most are equal as they are, and only the others are brought into order. */
function sameResource(kind: ResourceKind): (before: Explained<object>, after: Explained<object>) => boolean {
  const inOrder = ({ resource }: Explained<object>): JsonValue => ordered(kind, [resource as unknown as JsonValue])
  return (before, after) => sameData(before.resource, after.resource) || sameData(inOrder(before), inOrder(after))
}

const nameOf = ({ resource }: Explained<{ readonly name: string }>): string => resource.name
const clusterNameOf = ({ resource }: ExplainedLoadAssignment): string => resource.clusterName

function sameRecord(before: NameRecord, after: NameRecord): boolean {
  const isSame =
    before.registry === after.registry && before.namespace === after.namespace && before.shortname === after.shortname
  return isSame && (sameData(before.ips, after.ips) || sameData([...before.ips].sort(), [...after.ips].sort()))
}

const recordsOf = (view: ProxyView | undefined): Iterable<NameRecord> => (view ? buildNameTable(view).values() : [])

/** Unknown hosts are resolved by a cluster that names the agent's DNS server, if the proxy captures DNS. */
const dependsOnCapture = (view: ProxyView | undefined): boolean => view?.outboundPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS'

const isShared = ({ before, after }: ComparedProxy['views']): boolean =>
  !dependsOnCapture(before) && !dependsOnCapture(after)

function changedClusters(
  before: Resources,
  after: Resources,
  views: ComparedProxy['views'],
): Pick<ComparedProxy, 'cds' | 'eds'> {
  const services = changedServices(views)
  const cds = changedItems(
    before.clusters(services?.before),
    after.clusters(services?.after),
    nameOf,
    sameResource('cds'),
  )
  // Load assignments are named by clusters.
  return { cds, eds: changedItems(before.endpoints(), after.endpoints(), clusterNameOf, sameResource('eds')) }
}

/** Whether a proxy gets any other resource. */
export const isDifferent = (changed: Pick<ComparedProxy, ResourceKind>): boolean =>
  RESOURCE_KINDS.some((kind) => changed[kind].length > 0)

/**
 * Compares everything that a proxy gets, resource by resource, and keeps what differs.
 * @param views undefined on a side that has no such proxy
 * @param like the same proxy, except for whether it captures DNS; its clusters are the same and not compared again
 */
export function compareProxy(views: ComparedProxy['views'], like?: ComparedProxy): ComparedProxy {
  const before = resourcesOf(views.before)
  const after = resourcesOf(views.after)
  // Routes are named by listeners.
  const lds = changedItems(before.listeners(), after.listeners(), nameOf, sameResource('lds'))
  const changed = {
    nds: changedItems(recordsOf(views.before), recordsOf(views.after), ({ host }) => host, sameRecord),
    lds,
    ...(like && isShared(views) ? { cds: like.cds, eds: like.eds } : changedClusters(before, after, views)),
    rds: changedItems(before.routes(), after.routes(), nameOf, sameResource('rds')),
  }
  return {
    views,
    ...changed,
    conflicts: { before: before.conflicts(), after: after.conflicts() },
    reach: isDifferent(changed) ? { before: before.reach(), after: after.reach() } : NOT_ASKED,
  }
}
