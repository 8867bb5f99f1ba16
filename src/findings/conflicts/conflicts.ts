/**
 * The ports that a proxy has a cluster for and cannot reach: which of them another service took in a listener, and why
 * there is no way to the others.
 */

import { outboundClusterName } from '../../common/names.ts'
import type { ConflictParty, ConflictRule, ListenerConflict } from '../../envoy/listeners/index.ts'
import { portLocation } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type Reach, reachOf } from './reach.ts'
import { ReasonFinder } from './without-listener.ts'

export type { ConflictParty, ConflictRule } from '../../envoy/listeners/index.ts'

/** One listener in which one winner keeps others out by one rule. */
export interface Conflict {
  /** Name of the listener, such as `0.0.0.0_3306`. */
  readonly listener: string
  readonly port: number
  readonly rule: ConflictRule
  /** Manifests do not state which of them is older; the reference's tie-break decided. */
  readonly orderAssumed: boolean
  readonly winner: ConflictParty
  /** Nothing else leads to them either. */
  readonly losers: readonly ConflictParty[]
}

/** A port that nothing leads to, although no other service took its place. */
export interface WithoutListener extends ConflictParty {
  /** In a sentence without a full stop. */
  readonly reason: string
}

export interface ConflictReport {
  readonly conflicts: readonly Conflict[]
  readonly withoutListener: readonly WithoutListener[]
}

/** What a proxy cannot reach, by the names that clusters of ports have. */
export interface Losses {
  /** Ports that no listener and no route refers to, those without a cluster included. */
  readonly unreached: ReadonlySet<string>
  /** Ports that lost a place, though other listeners or routes may lead to them. */
  readonly contested: ReadonlySet<string>
}

/** On the inbound side the proxy is the server: no cluster of a destination is lost. */
const INBOUND: ConflictRule = 'inbound-protocol'

const CLUSTER = /^outbound\|(\d+)\|\|(.+)$/

/** The cluster of a party's port. */
export const clusterOf = ({ host, port }: ConflictParty): string => outboundClusterName(port, '', host)

/**
 * Losers that nothing leads to; of one that lost several times in a listener the first conflict counts.
 * @param isUnreached asked with the name of a cluster
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

function withoutListenerOf(view: ProxyView, { skipped }: Reach, clusters: readonly string[]): WithoutListener[] {
  if (clusters.length === 0) return []
  const reasons = new ReasonFinder(view, skipped)
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
 * What of its clusters a proxy cannot reach. The losers of conflicts and the ports without a listener are together
 * exactly the clusters `outbound|PORT||HOST` that nothing in its listeners and routes refers to.
 */
export function findConflicts(view: ProxyView, reach: Reach = reachOf(view)): ConflictReport {
  const unreached = new Set(reach.unreferenced())
  const conflicts = conflictsOf(reach.conflicts, (cluster) => unreached.has(cluster))
  const lost = new Set(conflicts.flatMap(({ losers }) => losers.map(clusterOf)))
  const others = [...unreached].filter((cluster) => !lost.has(cluster))
  return { conflicts, withoutListener: withoutListenerOf(view, reach, others) }
}

/**
 * The same in short, for comparing a mesh before and after a change: without the clusters, which cost most to compute.
 */
export function findLosses(view: ProxyView, { referenced, conflicts }: Reach): Losses {
  const unreached = new Set<string>()
  for (const { hostname, ports } of view.services) {
    for (const { number } of ports) {
      const cluster = outboundClusterName(number, '', hostname)
      if (!referenced.has(cluster)) unreached.add(cluster)
    }
  }
  const contested = new Set<string>()
  for (const { rule, losers } of conflicts) {
    if (rule !== INBOUND) for (const loser of losers) contested.add(clusterOf(loser))
  }
  return { unreached, contested }
}
