/** Where the listeners of a sidecar lead, read from the plan: written down, those of a large mesh take gigabytes. */
import { referencedClusters } from '../referenced-clusters.ts'
import { type Chain, writtenChains } from './plan/chains.ts'
import type { PortRef } from './plan/conflicts.ts'
import type { OutboundPlan } from './plan/outbound.ts'
import type { SidecarPlan } from './plan/sidecar.ts'
import { routeNamesOf } from './write/route-names.ts'
import { writtenForProxy } from './written.ts'

/** Where the listeners of service ports lead. */
export interface OutboundTargets {
  /** The clusters of TCP chains. */
  readonly clusters: ReadonlySet<string>
  /** The route configurations that HTTP chains ask for, in order and as often as they ask. */
  readonly routeNames: readonly string[]
  /** The service ports whose HTTP traffic these route configurations carry; a port may be there more than once. */
  readonly routed: readonly PortRef[]
  /** Some listener has the catch-all chain: none of its own chains matches everything. */
  readonly usesCatchAll: boolean
}

/** The clusters that a TCP chain leads to: several where a route splits the traffic. */
function clustersOf(chain: Extract<Chain, { readonly kind: 'tcp' }>): readonly string[] {
  const { cluster } = chain.to
  return typeof cluster === 'string' ? [cluster] : cluster.map(({ name }) => name)
}

/** The one answer to where the listeners of service ports lead. */
export function outboundTargets({ entries }: OutboundPlan): OutboundTargets {
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

/** Where all listeners of a sidecar lead. */
export interface ListenerTargets {
  readonly clusters: ReadonlySet<string>
  /** As `routeNamesOf` has them for the written listeners. */
  readonly routeNames: readonly string[]
}

/** The same as what the listeners of `writtenListeners` refer to. */
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
