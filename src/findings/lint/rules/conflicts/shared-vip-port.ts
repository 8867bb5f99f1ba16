import type { ScopeRule } from '../../rule.ts'
import { lossesOf, lossFound, whyItWins } from './losses.ts'
import { partyText } from './parties.ts'

export const sharedVipPort: ScopeRule = {
  *checkScope(facts) {
    for (const loss of lossesOf(facts, 'shared-vip-port')) {
      const { conflict, loser, winner } = loss
      const why = whyItWins(conflict, loser)
      const message = `${partyText(loser)} gets no connections: it has the same address and port as ${winner}, ${why}, and listener ${conflict.listener} leads there`
      yield lossFound(facts, loss, message)
    }
  },
}
