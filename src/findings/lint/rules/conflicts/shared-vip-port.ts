import type { ListenerRule } from '../../rule.ts'
import { hasLosses, lossesOf, lossFound, whyItWins } from './losses.ts'
import { partyText } from './parties.ts'

export const sharedVipPort: ListenerRule = {
  concernsListener: hasLosses,
  checkListener: (listener) =>
    lossesOf(listener, 'shared-vip-port').map((loss) => {
      const { conflict, loser, winner } = loss
      const why = whyItWins(conflict, loser)
      const message = `${partyText(loser)} gets no connections: it has the same address and port as ${winner}, ${why}, and listener ${conflict.listener} leads there`
      return lossFound(listener, loss, message)
    }),
}
