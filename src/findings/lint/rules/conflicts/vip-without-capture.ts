import type { ListenerRule } from '../../rule.ts'
import { holderFound, holderOf, holderText, takesAll } from './holders.ts'

export const vipWithoutCapture: ListenerRule = {
  checkListener(listener) {
    const holder = holderOf(listener, 'vip-without-capture')
    if (!holder) return []
    const { ipv4 = '', ipv6 = '' } = listener.mesh.registry.vipsOf(holder.service) ?? {}
    const message = `${holderText(holder)} does not have its automatic address ${ipv4 || ipv6}, because proxies do not capture DNS: ${takesAll(holder)}`
    return [holderFound(listener, holder, message)]
  },
}
