/** What scope rules look at: the view of one proxy, its listeners as decided, and who is not reached by them. */

import { outboundClusterName } from '../../common/names.ts'
import { type OutboundPlan, outboundTargets, planSidecar } from '../../envoy/listeners/index.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { conflictsOf } from '../conflicts/index.ts'
import type { MeshFacts, ScopeFacts } from './rule.ts'

/** The clusters of service ports that listeners lead to, themselves or by the routes that they share. */
function reachedClusters(plan: OutboundPlan): ReadonlySet<string> {
  const { clusters, routed } = outboundTargets(plan)
  const names = routed.map(({ service, port }) => outboundClusterName(port.number, '', service.hostname))
  return new Set([...clusters, ...names])
}

/** Imported by several egress listeners, a service counts once. */
function importedServices({ egressListeners }: ProxyView): readonly Service[] {
  const [only] = egressListeners
  if (only && egressListeners.length === 1) return only.services
  return [...new Set(egressListeners.flatMap(({ services }) => services))]
}

/**
 * Decides the listeners of a proxy.
 * @param namespaces those whose proxies see the same
 */
export function scopeFacts(mesh: MeshFacts, view: ProxyView, namespaces: readonly string[]): ScopeFacts {
  const plan = planSidecar(view).outbound
  const reached = reachedClusters(plan)
  return {
    ...mesh,
    namespaces,
    view,
    services: importedServices(view),
    plan,
    conflicts: conflictsOf(plan.conflicts, (cluster) => !reached.has(cluster)),
    isReached: (host, port) => reached.has(outboundClusterName(port, '', host)),
  }
}
