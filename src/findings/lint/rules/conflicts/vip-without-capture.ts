import type { ScopeRule } from '../../rule.ts'
import { holderFound, holdersOf, holderText, takesAll } from './holders.ts'

export const vipWithoutCapture: ScopeRule = {
  *checkScope(facts) {
    for (const holder of holdersOf(facts, 'vip-without-capture')) {
      const { ipv4 = '', ipv6 = '' } = facts.registry.vipsOf(holder.owner.service) ?? {}
      const message = `${holderText(holder)} does not have its automatic address ${ipv4 || ipv6}, because proxies do not capture DNS: ${takesAll(holder.owner.port.number)}`
      yield holderFound(facts, holder, message)
    }
  },
}
