/** Every loss of a place in a listener, reported by exactly one rule. */

import { append } from '../../../../common/collections.ts'
import { oncePer } from '../../../../common/once.ts'
import { isWildcardBind } from '../../../../envoy/listeners/plan/binding.ts'
import type { Conflict, ConflictParty } from '../../../conflicts/index.ts'
import type { Cause, Found, RelatedPlace } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { causeOf } from './causes.ts'
import { carrierOfParty, isGivenBind, isHeadless, relatedParty, statesAddress, winnerText } from './parties.ts'

export interface Loss {
  readonly conflict: Conflict
  readonly loser: ConflictParty
  /** The winner and its object as text; the same for all losers of a conflict. */
  readonly winner: string
  readonly related: readonly RelatedPlace[]
}

export type LossRule =
  | 'tcp-port-conflict'
  | 'shared-vip-port'
  | 'server-first-conflict'
  | 'http-tcp-same-port'
  | 'headless-port-collision'

function causeOfParty(listener: ListenerSubject, { host, resource }: ConflictParty): Cause | undefined {
  const services = listener.mesh.registry.servicesByHost.get(host) ?? []
  const service = services.find(({ source }) => source === resource)
  return service && causeOf(listener, service)
}

/** For equal filter chains, the rule depends on why both are in one listener. */
function ruleOfEqualChains(listener: ListenerSubject, winner: ConflictParty, loser: ConflictParty): LossRule {
  const bind = listener.entry.binds[0] ?? ''
  const [first, second] = [carrierOfParty(listener, winner), carrierOfParty(listener, loser)]
  if ((first === 'http' && second === 'tcp') || (first === 'tcp' && second === 'http')) return 'http-tcp-same-port'
  if (isWildcardBind(bind)) {
    const both = statesAddress(winner.resource) && statesAddress(loser.resource)
    return both ? 'shared-vip-port' : 'tcp-port-conflict'
  }
  if (isGivenBind(listener.view, bind)) return 'tcp-port-conflict'
  const headless = isHeadless(winner.resource) || isHeadless(loser.resource)
  return headless ? 'headless-port-collision' : 'shared-vip-port'
}

const WITHOUT_ADDRESS: Record<Cause, string> = {
  'dns-capture': ', because proxies do not capture DNS and so do not use its automatic address',
  'automatic-addresses': ', because proxies do not use automatic addresses',
}

/** Why the winner has the whole port, which no finding of its own says. */
function whyItHolds(listener: ListenerSubject, { winner }: Conflict): string {
  if (!isWildcardBind(listener.entry.binds[0] ?? '')) return ''
  const cause = causeOfParty(listener, winner)
  return cause ? WITHOUT_ADDRESS[cause] : ''
}

function ruleOf(listener: ListenerSubject, { rule, winner }: Conflict, loser: ConflictParty) {
  switch (rule) {
    case 'same-match':
      return ruleOfEqualChains(listener, winner, loser)
    case 'locked':
      // Excluding HTTP is the purpose of a Sidecar's listener with its own port.
      return carrierOfParty(listener, loser) === 'http' ? undefined : 'tcp-port-conflict'
    case 'server-first':
      return 'server-first-conflict'
    case 'replaced':
    case 'sniffed-http':
      return 'http-tcp-same-port'
    case 'inbound-protocol':
      return undefined
  }
}

const NO_LOSSES: readonly Loss[] = []

/** All rules share one analysis of the conflicts. */
const sortedLosses = oncePer((listener: ListenerSubject): ReadonlyMap<LossRule, readonly Loss[]> => {
  const out = new Map<LossRule, Loss[]>()
  for (const conflict of listener.conflicts) {
    const winner = winnerText(conflict.winner)
    const related = [
      relatedParty(conflict.winner, `has listener ${conflict.listener}${whyItHolds(listener, conflict)}`),
    ]
    for (const loser of conflict.losers) {
      const rule = ruleOf(listener, conflict, loser)
      if (rule) append(out, rule, { conflict, loser, winner, related })
    }
  }
  return out
})

/** Whether some rule has a loss to report in a listener: cheap, for rules to ask first. */
export const hasLosses = ({ conflicts }: ListenerSubject): boolean => conflicts.length > 0

/** Whether some rule reports a loss to this service. */
export function isReportedWinner(listener: ListenerSubject, { host, resource }: ConflictParty): boolean {
  if (!hasLosses(listener)) return false
  for (const losses of sortedLosses(listener).values()) {
    if (losses.some(({ conflict: { winner } }) => winner.host === host && winner.resource === resource)) return true
  }
  return false
}

/** The losses in a listener that a rule reports. */
export function lossesOf(listener: ListenerSubject, rule: LossRule): readonly Loss[] {
  return hasLosses(listener) ? (sortedLosses(listener).get(rule) ?? NO_LOSSES) : NO_LOSSES
}

/** The finding about a loser, with proposals. */
export function lossFound(listener: ListenerSubject, loss: Loss, message: string): Found {
  const { proposer } = listener
  const { conflict, loser, related } = loss
  const cause = causeOfParty(listener, loser)
  return {
    message,
    resource: loser.resource,
    location: loser.location,
    related,
    ...(cause && { cause }),
    proposals: () => proposer.forLoss(conflict, loser),
  }
}

/** Why the winner came first, as a clause. */
export function whyItWins({ winner, orderAssumed, rule }: Conflict, loser: ConflictParty): string {
  if (rule === 'replaced') return 'which replaced the listener'
  if (winner.host === '') return 'which has this port for the hosts that it names'
  if (rule === 'locked') return 'whose listener takes no further services'
  if (orderAssumed)
    return 'the first by name (order assumed: creation times are missing or equal; in a cluster the oldest one has it)'
  if (winner.resource === loser.resource) return 'which the entry names first'
  const [first, second] = [winner.resource.meta.creationTime, loser.resource.meta.creationTime]
  return first > 0 && first < second
    ? 'which is older'
    : 'which comes first because exportTo states that fewer namespaces see it'
}
