import type { ScopeRule } from '../../rule.ts'
import { lossesOf, lossFound, whyItWins } from './losses.ts'
import { partyText } from './parties.ts'

export const serverFirstConflict: ScopeRule = {
  *checkScope(facts) {
    for (const loss of lossesOf(facts, 'server-first-conflict')) {
      const { conflict, loser, winner } = loss
      const why = whyItWins(conflict, loser)
      const message = `${partyText(loser)} gets no connections: listener ${conflict.listener} is not shared by different protocols when one of them is MySQL or MongoDB, whose servers speak first; it belongs to ${winner}, ${why}`
      yield lossFound(facts, loss, message)
    }
  },
}
