import type { ListenerRule } from '../../rule.ts'
import { hasLosses, lossesOf, lossFound, whyItWins } from './losses.ts'
import { partyText } from './parties.ts'

export const serverFirstConflict: ListenerRule = {
  concernsListener: hasLosses,
  checkListener: (listener) =>
    lossesOf(listener, 'server-first-conflict').map((loss) => {
      const { conflict, loser, winner } = loss
      const why = whyItWins(conflict, loser)
      const message = `${partyText(loser)} gets no connections: listener ${conflict.listener} is not shared by different protocols when one of them is MySQL or MongoDB, whose servers speak first; it belongs to ${winner}, ${why}`
      return lossFound(listener, loss, message)
    }),
}
