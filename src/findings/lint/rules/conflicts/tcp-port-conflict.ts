import type { ListenerRule } from '../../rule.ts'
import { hasLosses, lossesOf, lossFound, whyItWins } from './losses.ts'
import { partyText } from './parties.ts'

/** One finding per loser, because users look for their own entry. */
export const tcpPortConflict: ListenerRule = {
  concernsListener: hasLosses,
  checkListener: (listener) =>
    lossesOf(listener, 'tcp-port-conflict').map((loss) => {
      const { conflict, loser, winner } = loss
      const why = whyItWins(conflict, loser)
      const message = `${partyText(loser)} gets no connections: listener ${conflict.listener} leads to ${winner}, ${why}`
      return lossFound(listener, loss, message)
    }),
}
