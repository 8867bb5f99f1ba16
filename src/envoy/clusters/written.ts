/** The clusters that CDS sends (pilot/pkg/networking/core/cluster.go). */
import { firstBy } from '../../common/collections.ts'
import { once } from '../../common/once.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { parseOutboundName } from '../endpoints/plan/cluster-name.ts'
import { type Explained, LazilyExplained, type Origin } from '../explained.ts'
import { ClusterStage } from '../patches/clusters.ts'
import { type ProxyPatches, patchesFor, type Stage } from '../patches/plan/patches.ts'
import type { ClusterPlan } from './plan/cluster.ts'
import { type ClusterContext, clusterContext } from './plan/context.ts'
import { inboundClusters } from './plan/inbound.ts'
import { clusterOfKey, type OutboundCluster, outboundClusters } from './plan/outbound.ts'
import type { OutboundMode } from './plan/outbound-service.ts'
import { dynamicDnsCluster, inboundPassthroughCluster, passthroughCluster } from './plan/static.ts'
import { blackHole, transcribe } from './write/cluster.ts'
import type { EnvoyCluster } from './write/types.ts'

export type ExplainedCluster = Explained<EnvoyCluster>

const WHAT = 'every proxy'

const WHY = {
  blackHole: 'receives traffic that is not allowed',
  passthrough: 'receives traffic to destinations without a service',
  dynamicDns: 'the outbound traffic policy is ALLOW_ANY_DYNAMIC_DNS: unknown hosts are resolved by name',
  inboundPassthrough: 'receives inbound traffic to ports without a service',
} as const

const always = (why: string) => (): readonly Origin[] => [{ what: WHAT, location: undefined, why }]

function explained(context: ClusterContext, plan: ClusterPlan, explain: () => readonly Origin[]): ExplainedCluster {
  return new LazilyExplained(transcribe(plan, context.settings), explain)
}

const explainedOutbound = (context: ClusterContext, cluster: OutboundCluster): ExplainedCluster =>
  explained(context, cluster.plan(), () => cluster.explain())

function* outbound(
  context: ClusterContext,
  services: readonly Service[],
  mode: OutboundMode,
): Iterable<ExplainedCluster> {
  for (const cluster of outboundClusters(context, services, mode)) yield explainedOutbound(context, cluster)
}

/** Clusters without a service; routers have just the first one. */
function catchAlls(context: ClusterContext): ExplainedCluster[] {
  const hole = new LazilyExplained(blackHole(context.settings), always(WHY.blackHole))
  if (!context.isSidecar) return [hole]
  const out = [hole, explained(context, passthroughCluster(context), always(WHY.passthrough))]
  if (context.view.outboundPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS') {
    out.push(explained(context, dynamicDnsCluster(context), always(WHY.dynamicDns)))
  }
  return out
}

/** What EnvoyFilters do to the clusters of one stage. */
type Patching = Pick<ClusterStage, 'patch' | 'mayMove' | 'added'>

const NO_PATCHES: Patching = { patch: (cluster) => cluster, mayMove: () => false, added: () => [] }

const patching = (patches: ProxyPatches | undefined, stage: Stage): Patching =>
  patches ? new ClusterStage(patches, stage) : NO_PATCHES

const outboundStage = ({ isSidecar }: ClusterContext): Stage => (isSidecar ? 'SIDECAR_OUTBOUND' : 'GATEWAY')

function inbound(context: ClusterContext, patches: ProxyPatches | undefined): readonly ExplainedCluster[] {
  const by = patching(patches, 'SIDECAR_INBOUND')
  const ports = inboundClusters(context).map(({ plan, explain, hosts }) =>
    by.patch(explained(context, plan, explain), hosts),
  )
  const rest = by.patch(explained(context, inboundPassthroughCluster(context), always(WHY.inboundPassthrough)))
  return [...ports, rest].filter((cluster) => cluster !== undefined).concat(by.added())
}

/** istiod keeps the first of several clusters with one name, those of services that the proxy calls aside. */
const firstOfEachName = (all: readonly ExplainedCluster[]): readonly ExplainedCluster[] => [
  ...firstBy(all, ({ resource }) => resource.name).values(),
]

/** The clusters without a service that the proxy calls; of a router, only the catch-all. */
function others(context: ClusterContext, patches: ProxyPatches | undefined): readonly ExplainedCluster[] {
  const by = patching(patches, outboundStage(context))
  const holes = catchAlls(context).flatMap((cluster) => by.patch(cluster) ?? [])
  if (!context.isSidecar) return holes
  const all = [...holes, ...by.added(), ...inbound(context, patches)]
  return patches ? firstOfEachName(all) : all
}

/**
 * The clusters of a proxy in the reference's order: outbound, catch-all, and for a sidecar inbound. Each is released
 * before the next.
 * @param services the called services; a gateway may receive fewer than it sees
 */
export function* clusters(
  view: ProxyView,
  services: readonly Service[] = view.services,
  patches = patchesFor(view),
): Iterable<ExplainedCluster> {
  const context = clusterContext(view)
  const by = patching(patches, outboundStage(context))
  for (const cluster of outbound(context, services, 'ordinary')) {
    const left = by.patch(cluster)
    if (left) yield left
  }
  yield* others(context, patches)
}

/** The same clusters as a list. */
export function buildClusters(
  view: ProxyView,
  services?: readonly Service[],
  patches?: ProxyPatches | undefined,
): readonly ExplainedCluster[] {
  return [...clusters(view, services, patches)]
}

/** A cluster that is written when needed and not kept. */
export interface PendingCluster {
  readonly name: string
  write(): ExplainedCluster
}

/** The clusters of a sidecar in order, with names that can be read before the clusters are written. */
export function pendingClusters(view: ProxyView): readonly PendingCluster[] {
  const context = clusterContext(view)
  const patches = patchesFor(view)
  const by = patching(patches, 'SIDECAR_OUTBOUND')
  const out: PendingCluster[] = []
  // Only the keys are kept: the clusters' plans would be half the memory of a dump.
  for (const { name, key } of outboundClusters(context, view.services, 'ordinary')) {
    const written = () => by.patch(explainedOutbound(context, clusterOfKey(context, key, 'ordinary')))
    if (by.mayMove(name)) {
      const left = written()
      if (left) out.push({ name: left.resource.name, write: () => left })
    } else {
      out.push({ name, write: () => written() as ExplainedCluster })
    }
  }
  for (const known of others(context, patches)) out.push({ name: known.resource.name, write: () => known })
  return out
}

/** Finds single clusters of a sidecar by name, without planning the others. */
export function clusterFinder(
  view: ProxyView,
  patches = patchesFor(view),
): (name: string) => ExplainedCluster | undefined {
  const context = clusterContext(view)
  const by = patching(patches, 'SIDECAR_OUTBOUND')
  const rest = once(() => others(context, patches))
  return (name) => {
    const service = view.serviceByHost.get(parseOutboundName(name)?.host ?? '')
    for (const cluster of service ? outboundClusters(context, [service], 'ordinary') : []) {
      if (cluster.name === name) return by.patch(explainedOutbound(context, cluster))
    }
    return rest().find(({ resource }) => resource.name === name)
  }
}

/** The cluster names of services that a sidecar calls, in the order of `clusters`. */
export function* outboundClusterNames(view: ProxyView, services: readonly Service[]): Iterable<string> {
  for (const { name } of outboundClusters(clusterContext(view), services, 'ordinary')) yield name
}

/** The clusters to which a gateway passes mTLS connections by SNI. */
function sniDnat(context: ClusterContext, view: ProxyView, by: Patching): readonly ExplainedCluster[] {
  return [...outbound(context, view.services, 'passthrough')].flatMap((cluster) => by.patch(cluster) ?? [])
}

/**
 * The clusters of a router: those of services, the catch-all, those of AUTO_PASSTHROUGH servers, and what EnvoyFilters add.
 * @param services the called services
 */
export function buildRouterClusters(
  view: ProxyView,
  services: readonly Service[],
  hasAutoPassthrough: boolean,
  patches = patchesFor(view),
): readonly ExplainedCluster[] {
  const context = clusterContext(view)
  const by = patching(patches, 'GATEWAY')
  const ordinary = [...outbound(context, services, 'ordinary')].flatMap((cluster) => by.patch(cluster) ?? [])
  const bySni = hasAutoPassthrough ? sniDnat(context, view, by) : []
  const rest = [...others(context, patches), ...bySni, ...by.added()]
  return [...ordinary, ...(patches ? firstOfEachName(rest) : rest)]
}

/** Whether EDS sends the endpoints of a cluster. */
export const hasAssignment = ({ resource }: ExplainedCluster): boolean => resource.type === 'EDS'

/** The names of the clusters whose endpoints EDS sends, in order. */
export function edsClusterNames(clusters: readonly ExplainedCluster[]): string[] {
  return clusters.filter(hasAssignment).map(({ resource }) => resource.name)
}
