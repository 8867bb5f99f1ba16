/** The destinations of a sidecar's listeners, from the plan: written listeners of a large mesh take gigabytes. */
import type { EnvoyFilterResource } from '../../kinds/index.ts'
import { movesOutbound } from '../patches/plan/patches.ts'
import { referencedClusters } from '../referenced-clusters.ts'
import type { OutboundPlan } from './plan/additions.ts'
import { type Chain, writtenChains } from './plan/chains.ts'
import type { PortRef } from './plan/conflicts.ts'
import type { ListenerEntry } from './plan/merge.ts'
import type { SidecarPlan } from './plan/sidecar.ts'
import { routeNamesOf, routeNamesOfListener } from './write/route-names.ts'
import { patchedEntries, writtenForProxy, writtenListeners } from './written.ts'

/** A service port whose listener EnvoyFilters remove or change. */
export interface PatchedPort {
  readonly host: string
  readonly port: number
  readonly isRemoved: boolean
  readonly filters: readonly EnvoyFilterResource[]
}

/** The destinations of the listeners of service ports. */
export interface OutboundTargets {
  /** The clusters of TCP chains. */
  readonly clusters: ReadonlySet<string>
  /** The route configurations that HTTP chains refer to, in order, with repeats. */
  readonly routeNames: readonly string[]
  /** The service ports whose HTTP traffic these route configurations serve, possibly with repeats. */
  readonly routed: readonly PortRef[]
  /** The conflicts in listeners that EnvoyFilters do not remove. */
  readonly conflicts: OutboundPlan['conflicts']
  /** The ports whose listeners EnvoyFilters remove or change. */
  readonly patched: readonly PatchedPort[]
  /** The names of the listeners that EnvoyFilters remove. */
  readonly removed: ReadonlySet<string>
  /** Whether some listener has the catch-all chain because none of its own chains matches everything. */
  readonly usesCatchAll: boolean
}

const NO_NAMES: ReadonlySet<string> = new Set()
const NO_PORTS: readonly PatchedPort[] = []

/** The clusters of a TCP chain: several if a route splits the traffic. */
function clustersOf(chain: Extract<Chain, { readonly kind: 'tcp' }>): readonly string[] {
  const { cluster } = chain.to
  return typeof cluster === 'string' ? [cluster] : cluster.map(({ name }) => name)
}

function plannedTargets({ entries, conflicts }: OutboundPlan): OutboundTargets {
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
  return { clusters, routeNames, routed, usesCatchAll, conflicts, patched: NO_PORTS, removed: NO_NAMES }
}

/** The service ports that want a place in a listener, whether or not they have one. */
function portsIn(entry: ListenerEntry, conflicts: OutboundPlan['conflicts']): Pick<PatchedPort, 'host' | 'port'>[] {
  const members = entry.members.map(({ service, port }) => ({ host: service.hostname, port: port.number }))
  const lost = conflicts.filter(({ listener }) => listener === entry.name).flatMap(({ losers }) => losers)
  return [...members, ...lost.map(({ host, port }) => ({ host, port }))]
}

/** The same of the patched listeners: only these show where they lead. */
function patchedTargets(plan: SidecarPlan, outbound: OutboundPlan): OutboundTargets {
  const clusters = new Set<string>()
  const routeNames: string[] = []
  const routed: PortRef[] = []
  const patched: PatchedPort[] = []
  const removed = new Set<string>()
  for (const { entry, listener, filters } of patchedEntries(plan, outbound)) {
    const isRemoved = listener === undefined
    if (filters.length > 0)
      for (const each of portsIn(entry, outbound.conflicts)) patched.push({ ...each, isRemoved, filters })
    if (isRemoved) {
      removed.add(entry.name)
      continue
    }
    for (const cluster of referencedClusters([listener.resource])) clusters.add(cluster)
    const names = routeNamesOfListener(listener)
    for (const name of names) routeNames.push(name)
    if (names.length > 0) for (const member of entry.members) routed.push(member)
  }
  const conflicts = outbound.conflicts.filter(({ listener }) => !removed.has(listener))
  return { clusters, routeNames, routed, usesCatchAll: false, conflicts, patched, removed }
}

/**
 * The destinations of the listeners of service ports.
 * @param outbound the part of the plan that is asked for
 */
export function outboundTargets(plan: SidecarPlan, outbound: OutboundPlan = plan.outbound): OutboundTargets {
  const isPatched = plan.patches !== undefined && movesOutbound(plan.patches)
  return isPatched ? patchedTargets(plan, outbound) : plannedTargets(outbound)
}

/** The destinations of all listeners of a sidecar. */
export interface ListenerTargets extends Pick<OutboundTargets, 'conflicts' | 'patched'> {
  readonly clusters: ReadonlySet<string>
  /** The same as `routeNamesOf` for the written listeners. */
  readonly routeNames: readonly string[]
}

/** Returns the same destinations as the listeners of `writtenListeners` have. */
export function listenerTargets(plan: SidecarPlan): ListenerTargets {
  const { clusters, routeNames, usesCatchAll, conflicts, patched } = outboundTargets(plan)
  const { listeners, catchAll } = plan.listens
    ? writtenForProxy(plan)
    : { listeners: [...writtenListeners(plan)], catchAll: [] }
  const written = [...(usesCatchAll ? catchAll : []), ...listeners.map(({ resource }) => resource)]
  return {
    clusters: new Set([...clusters, ...referencedClusters(written)]),
    routeNames: [...routeNames, ...routeNamesOf(listeners)],
    conflicts: [...conflicts, ...plan.inbound.conflicts],
    patched,
  }
}
