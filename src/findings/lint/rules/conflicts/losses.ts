/** Every loss of a place in a listener, under the one rule that reports it. */

import { append } from '../../../../common/collections.ts'
import type { Conflict, ConflictParty } from '../../../conflicts/index.ts'
import { listenerSubject, type RelatedPlace, type ScopedFound, type ScopeFacts } from '../../rule.ts'
import {
  bindOf,
  carrierOfParty,
  isGivenBind,
  isHeadless,
  isWildcardBind,
  relatedParty,
  statesAddress,
  winnerText,
} from './parties.ts'
import { proposalsFor } from './proposals.ts'

export interface Loss {
  readonly conflict: Conflict
  readonly loser: ConflictParty
  /** The winner in words, with its object; the same for all losers of a conflict. */
  readonly winner: string
  readonly related: readonly RelatedPlace[]
}

export type LossRule =
  | 'tcp-port-conflict'
  | 'shared-vip-port'
  | 'server-first-conflict'
  | 'http-tcp-same-port'
  | 'headless-port-collision'

/** Equal filter chains: what made the two meet in one listener decides. */
function ruleOfEqualChains({ view }: ScopeFacts, bind: string, winner: ConflictParty, loser: ConflictParty): LossRule {
  const [first, second] = [carrierOfParty(view, winner), carrierOfParty(view, loser)]
  if ((first === 'http' && second === 'tcp') || (first === 'tcp' && second === 'http')) return 'http-tcp-same-port'
  if (isWildcardBind(bind)) {
    const both = statesAddress(winner.resource) && statesAddress(loser.resource)
    return both ? 'shared-vip-port' : 'tcp-port-conflict'
  }
  if (isGivenBind(view, bind)) return 'tcp-port-conflict'
  const headless = isHeadless(winner.resource) || isHeadless(loser.resource)
  return headless ? 'headless-port-collision' : 'shared-vip-port'
}

function ruleOf(facts: ScopeFacts, bind: string, { rule, winner }: Conflict, loser: ConflictParty) {
  switch (rule) {
    case 'same-match':
    case 'sniffed-first':
      return ruleOfEqualChains(facts, bind, winner, loser)
    case 'locked':
      // HTTP that is kept out of a listener of the Sidecar with a port of its own is what such listeners are for.
      return carrierOfParty(facts.view, loser) === 'http' ? undefined : 'tcp-port-conflict'
    case 'server-first':
      return 'server-first-conflict'
    case 'replaced':
    case 'sniffed-http':
      return 'http-tcp-same-port'
    case 'inbound-protocol':
      return undefined
  }
}

function sortLosses(facts: ScopeFacts): ReadonlyMap<LossRule, readonly Loss[]> {
  const out = new Map<LossRule, Loss[]>()
  for (const conflict of facts.conflicts) {
    const bind = bindOf(conflict)
    const winner = winnerText(conflict.winner)
    const related = [relatedParty(conflict.winner, `has listener ${conflict.listener}`)]
    for (const loser of conflict.losers) {
      const rule = ruleOf(facts, bind, conflict, loser)
      if (rule) append(out, rule, { conflict, loser, winner, related })
    }
  }
  return out
}

const LOSSES = new WeakMap<ScopeFacts, ReadonlyMap<LossRule, readonly Loss[]>>()
const NO_LOSSES: readonly Loss[] = []

/** The losses that a rule reports. All rules that ask share one look at the conflicts. */
export function lossesOf(facts: ScopeFacts, rule: LossRule): readonly Loss[] {
  const known = LOSSES.get(facts) ?? sortLosses(facts)
  LOSSES.set(facts, known)
  return known.get(rule) ?? NO_LOSSES
}

/** What is said of a loser, with what helps. */
export function lossFound(facts: ScopeFacts, loss: Loss, message: string): ScopedFound {
  const { conflict, loser, related } = loss
  const { registry, view, isReached } = facts
  return {
    subject: listenerSubject(conflict.listener),
    message,
    resource: loser.resource,
    location: loser.location,
    related,
    proposals: () => proposalsFor({ registry, view, isReached }, loss),
  }
}

/** Why the winner came first, as a clause about it. */
export function whyItWins({ winner, orderAssumed, rule }: Conflict, loser: ConflictParty): string {
  if (rule === 'replaced') return 'which replaced the listener'
  if (winner.host === '') return 'which has this port for the hosts that it names'
  if (rule === 'locked') return 'whose listener takes no further services'
  if (orderAssumed) return 'the first by name (order assumed: creation times are missing or equal)'
  if (winner.resource === loser.resource) return 'which the entry names first'
  const [first, second] = [winner.resource.meta.creationTime, loser.resource.meta.creationTime]
  return first > 0 && first < second
    ? 'which is older'
    : 'which comes first because exportTo states that fewer namespaces see it'
}
