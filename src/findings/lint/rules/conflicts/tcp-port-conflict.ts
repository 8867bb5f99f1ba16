import { listenerSubject, type ScopeRule } from '../../rule.ts'
import { partyText } from './parties.ts'

/** One finding a loser: whoever reads it looks for what became of his own entry. */
export const tcpPortConflict: ScopeRule = {
  *checkScope(facts) {
    for (const { listener, rule, winner, losers } of facts.conflicts) {
      if (rule !== 'same-match') continue
      for (const loser of losers) {
        yield {
          subject: listenerSubject(listener),
          message: `${partyText(loser)} gets no connections: listener ${listener} leads to ${partyText(winner)}`,
          resource: loser.resource,
          location: loser.location,
          related: [{ message: 'the port goes to this one', location: winner.location }],
        }
      }
    }
  },
}
