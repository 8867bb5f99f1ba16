/**
 * The ports that have a cluster but cannot be reached by the proxy: those that lost a listener to another service, and
 * why the others have none.
 */

import { outboundClusterName } from '../../common/names.ts'
import type { ConflictParty, ConflictRule, ListenerConflict } from '../../envoy/listeners/index.ts'
import { portLocation } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type Reach, reachOf } from './reach.ts'
import { ReasonFinder } from './without-listener.ts'

export type { ConflictParty, ConflictRule } from '../../envoy/listeners/index.ts'

/** A listener in which a winner excludes other services by one rule. */
export interface Conflict {
  /** The listener's name, such as `0.0.0.0_3306`. */
  readonly listener: string
  readonly port: number
  readonly rule: ConflictRule
  /** Manifests do not show which of them is older; the reference's tie-break decided. */
  readonly orderAssumed: boolean
  readonly winner: ConflictParty
  /** They are not reached by other listeners or routes either. */
  readonly losers: readonly ConflictParty[]
}

/** A port that is not reached, without having lost to another service. */
export interface WithoutListener extends ConflictParty {
  /** A sentence without a full stop. */
  readonly reason: string
}

export interface ConflictReport {
  readonly conflicts: readonly Conflict[]
  readonly withoutListener: readonly WithoutListener[]
}

/** The ports that a proxy cannot reach, by cluster name. */
export interface Losses {
  /** Ports that no listener or route refers to, even if they have no cluster. */
  readonly unreached: ReadonlySet<string>
  /** Ports that lost a place in a listener, though other listeners or routes may reach them. */
  readonly contested: ReadonlySet<string>
}

/** An inbound conflict costs no destination: the proxy is the server. */
const INBOUND: ConflictRule = 'inbound-protocol'

const CLUSTER = /^outbound\|(\d+)\|\|(.+)$/

/** The cluster of a party's port. */
export const clusterOf = ({ host, port }: ConflictParty): string => outboundClusterName(port, '', host)

/**
 * The losers that are not reached; one that lost several times in a listener is in the first conflict.
 * @param isUnreached takes the name of a cluster
 */
export function conflictsOf(
  ofListeners: readonly ListenerConflict[],
  isUnreached: (cluster: string) => boolean,
): readonly Conflict[] {
  const conflicts: Conflict[] = []
  const counted = new Map<string, Set<string>>()
  for (const conflict of ofListeners) {
    if (conflict.rule === INBOUND) continue
    const known = counted.get(conflict.listener) ?? new Set()
    counted.set(conflict.listener, known)
    const losers = conflict.losers.filter((loser) => {
      const cluster = clusterOf(loser)
      if (!isUnreached(cluster) || known.has(cluster)) return false
      known.add(cluster)
      return true
    })
    const { listener, port, rule, orderAssumed, winner } = conflict
    if (losers.length > 0) conflicts.push({ listener, port, rule, orderAssumed, winner, losers })
  }
  return conflicts
}

function withoutListenerOf(view: ProxyView, reach: Reach, clusters: readonly string[]): WithoutListener[] {
  if (clusters.length === 0) return []
  const reasons = new ReasonFinder(view, reach)
  const out: WithoutListener[] = []
  for (const cluster of clusters) {
    const [, port = '', host = ''] = CLUSTER.exec(cluster) ?? []
    const service = view.serviceByHost.get(host)
    if (!service) continue
    const { kind, meta } = service.source
    const { namespace, name } = meta
    const number = Number(port)
    out.push({
      kind,
      namespace,
      name,
      host,
      port: number,
      location: portLocation(service, number),
      resource: service.source,
      reason: reasons.of(service, number),
    })
  }
  return out
}

/**
 * The clusters that a proxy cannot reach. The losers of conflicts and the ports without a listener are together exactly
 * the clusters `outbound|PORT||HOST` of ports to which its listeners and routes lead neither directly nor by a subset.
 */
export function findConflicts(view: ProxyView, reach: Reach = reachOf(view)): ConflictReport {
  const unreached = new Set(reach.unreferenced().filter((cluster) => !reach.reached.has(cluster)))
  const conflicts = conflictsOf(reach.conflicts, (cluster) => unreached.has(cluster))
  const lost = new Set(conflicts.flatMap(({ losers }) => losers.map(clusterOf)))
  const others = [...unreached].filter((cluster) => !lost.has(cluster))
  return { conflicts, withoutListener: withoutListenerOf(view, reach, others) }
}

/** The losers of all outbound conflicts, whether or not something else reaches them. */
export function contestedParties(conflicts: readonly ListenerConflict[]): readonly ConflictParty[] {
  return conflicts.filter(({ rule }) => rule !== INBOUND).flatMap(({ losers }) => losers)
}

/** The same without the clusters, which are expensive to compute, for comparing a mesh before and after a change. */
export function findLosses(view: ProxyView, { reached, conflicts }: Reach): Losses {
  const unreached = new Set<string>()
  for (const { hostname, ports } of view.services) {
    for (const { number } of ports) {
      const cluster = outboundClusterName(number, '', hostname)
      if (!reached.has(cluster)) unreached.add(cluster)
    }
  }
  return { unreached, contested: new Set(contestedParties(conflicts).map(clusterOf)) }
}
