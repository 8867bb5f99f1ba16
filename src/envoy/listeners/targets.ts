/** The destinations of a sidecar's listeners, from the plan: written listeners of a large mesh take gigabytes. */
import { referencedClusters } from '../referenced-clusters.ts'
import type { OutboundPlan } from './plan/additions.ts'
import { type Chain, writtenChains } from './plan/chains.ts'
import type { PortRef } from './plan/conflicts.ts'
import type { SidecarPlan } from './plan/sidecar.ts'
import { routeNamesOf } from './write/route-names.ts'
import { writtenForProxy } from './written.ts'

/** The destinations of the listeners of service ports. */
export interface OutboundTargets {
  /** The clusters of TCP chains. */
  readonly clusters: ReadonlySet<string>
  /** The route configurations that HTTP chains refer to, in order, with repeats. */
  readonly routeNames: readonly string[]
  /** The service ports whose HTTP traffic these route configurations serve, possibly with repeats. */
  readonly routed: readonly PortRef[]
  /** Whether some listener has the catch-all chain because none of its own chains matches everything. */
  readonly usesCatchAll: boolean
}

/** The clusters of a TCP chain: several if a route splits the traffic. */
function clustersOf(chain: Extract<Chain, { readonly kind: 'tcp' }>): readonly string[] {
  const { cluster } = chain.to
  return typeof cluster === 'string' ? [cluster] : cluster.map(({ name }) => name)
}

/** The destinations of the listeners of service ports. */
export function outboundTargets({ entries }: Pick<OutboundPlan, 'entries'>): OutboundTargets {
  const clusters = new Set<string>()
  const routeNames: string[] = []
  const routed: PortRef[] = []
  let usesCatchAll = false
  for (const { chains, members } of entries) {
    const { specific, matchAll } = writtenChains(chains)
    usesCatchAll ||= matchAll === undefined
    const names = routeNames.length
    for (const chain of matchAll ? [...specific, matchAll] : specific) {
      if (chain.kind === 'http') routeNames.push(chain.routeName)
      else for (const cluster of clustersOf(chain)) clusters.add(cluster)
    }
    if (routeNames.length > names) for (const member of members) routed.push(member)
  }
  return { clusters, routeNames, routed, usesCatchAll }
}

/** The destinations of all listeners of a sidecar. */
export interface ListenerTargets {
  readonly clusters: ReadonlySet<string>
  /** The same as `routeNamesOf` for the written listeners. */
  readonly routeNames: readonly string[]
}

/** Returns the same destinations as the listeners of `writtenListeners` have. */
export function listenerTargets(plan: SidecarPlan): ListenerTargets {
  if (!plan.listens) return { clusters: new Set(), routeNames: [] }
  const { clusters, routeNames, usesCatchAll } = outboundTargets(plan.outbound)
  const { listeners, catchAll } = writtenForProxy(plan)
  const written = [...(usesCatchAll ? catchAll : []), ...listeners.map(({ resource }) => resource)]
  return {
    clusters: new Set([...clusters, ...referencedClusters(written)]),
    routeNames: [...routeNames, ...routeNamesOf(listeners)],
  }
}
