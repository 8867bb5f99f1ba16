import type { ScopeRule } from '../../rule.ts'
import { holderFound, holdersOf, holderText, takesAll } from './holders.ts'

export const tcpCatchAll: ScopeRule = {
  *checkScope(facts) {
    for (const holder of holdersOf(facts, 'tcp-catch-all')) {
      const message = `${holderText(holder)} has no address that tells it apart: ${takesAll(holder.owner.port.number)}, whatever server is meant`
      yield holderFound(facts, holder, message)
    }
  },
}
