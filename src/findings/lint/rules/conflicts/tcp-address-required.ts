import type { ScopeRule } from '../../rule.ts'
import { holderFound, holdersOf, holderText, takesAll } from './holders.ts'

export const tcpAddressRequired: ScopeRule = {
  *checkScope(facts) {
    for (const holder of holdersOf(facts, 'tcp-address-required')) {
      const message = `${holderText(holder)} has no address, and with resolution NONE gets none: ${takesAll(holder.owner.port.number)}`
      yield holderFound(facts, holder, message)
    }
  },
}
