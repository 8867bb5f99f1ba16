/** What scope rules look at: the view of one proxy, its listeners as decided, and who is not reached by them. */

import { outboundClusterName } from '../../common/names.ts'
import { type OutboundPlan, planOutboundListeners } from '../../envoy/listeners/index.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { conflictsOf } from '../conflicts.ts'
import type { MeshFacts, ScopeFacts } from './rule.ts'

/** Clusters that listeners lead to, themselves or by the routes that they ask for. */
function reachedClusters({ entries }: OutboundPlan): ReadonlySet<string> {
  const out = new Set<string>()
  for (const { chains, members } of entries) {
    let http = false
    for (const chain of chains) {
      if (chain.kind === 'http') {
        http = true
        out.add(outboundClusterName(chain.owner.port.number, '', chain.owner.service.hostname))
      } else if (typeof chain.to.cluster === 'string') out.add(chain.to.cluster)
      else for (const { name } of chain.to.cluster) out.add(name)
    }
    // Routes hold every service of the port that takes part in the listener.
    if (http) for (const { service, port } of members) out.add(outboundClusterName(port.number, '', service.hostname))
  }
  return out
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
  const plan = planOutboundListeners(view)
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
