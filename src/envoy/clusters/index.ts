/** Clusters as CDS sends them (pilot/pkg/networking/core/cluster.go). */
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { LazilyExplained } from '../endpoints/explained.ts'
import type { Explained, Origin } from '../facts.ts'
import { type ClusterContext, clusterContext } from './context.ts'
import { inboundClusters } from './inbound.ts'
import { outboundClusters } from './outbound.ts'
import type { OutboundMode } from './outbound-facts.ts'
import type { ClusterPlan } from './plan.ts'
import { dynamicDnsCluster, inboundPassthroughCluster, passthroughCluster } from './static.ts'
import { blackHole, transcribe } from './transcribe.ts'
import type { EnvoyCluster } from './types.ts'

export { DYNAMIC_DNS_CLUSTER } from './static.ts'
export type { EnvoyCluster } from './types.ts'

type ClusterFact = Explained<EnvoyCluster>

const WHAT = 'every proxy'

const WHY = {
  blackHole: 'takes traffic that may not go anywhere',
  passthrough: 'takes traffic to destinations that no service has',
  dynamicDns: 'the outbound traffic policy is ALLOW_ANY_DYNAMIC_DNS: unknown hosts are resolved by name',
  inboundPassthrough: 'takes inbound traffic to ports that no service has',
} as const

const always = (why: string) => (): readonly Origin[] => [{ what: WHAT, location: undefined, why }]

function fact(context: ClusterContext, plan: ClusterPlan, explain: () => readonly Origin[]): ClusterFact {
  return new LazilyExplained(transcribe(plan, context), explain)
}

function outbound(context: ClusterContext, services: readonly Service[], mode: OutboundMode): ClusterFact[] {
  return outboundClusters(context, services, mode).map(({ plan, explain }) => fact(context, plan, explain))
}

/** Clusters that do not belong to a service; routers only have the first. */
function catchAlls(context: ClusterContext): ClusterFact[] {
  const hole = new LazilyExplained(blackHole(context), always(WHY.blackHole))
  if (!context.isSidecar) return [hole]
  const out = [hole, fact(context, passthroughCluster(context), always(WHY.passthrough))]
  if (context.view.outboundPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS') {
    out.push(fact(context, dynamicDnsCluster(context), always(WHY.dynamicDns)))
  }
  return out
}

function inbound(context: ClusterContext): ClusterFact[] {
  const ports = inboundClusters(context).map(({ plan, explain }) => fact(context, plan, explain))
  return [...ports, fact(context, inboundPassthroughCluster(context), always(WHY.inboundPassthrough))]
}

/**
 * The clusters of a proxy in the reference's order: outbound, those that catch the rest, and of a sidecar inbound.
 * @param services those that are called; a gateway may be told of fewer than it sees
 */
export function buildClusters(view: ProxyView, services: readonly Service[] = view.services): readonly ClusterFact[] {
  const context = clusterContext(view)
  const out = [...outbound(context, services, 'ordinary'), ...catchAlls(context)]
  return context.isSidecar ? [...out, ...inbound(context)] : out
}

/** The clusters by which a gateway passes mTLS connections on, by their SNI: only for AUTO_PASSTHROUGH servers. */
export function buildSniDnatClusters(view: ProxyView): readonly ClusterFact[] {
  return outbound(clusterContext(view), view.services, 'passthrough')
}

/** The names of the clusters whose endpoints come by EDS, in order. */
export function edsClusterNames(clusters: readonly ClusterFact[]): string[] {
  return clusters.flatMap(({ resource }) => (resource.type === 'EDS' ? [resource.name] : []))
}
