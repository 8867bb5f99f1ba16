import type { ListenerRule } from '../../rule.ts'
import { holderFound, holderOf, holderText, takesAll } from './holders.ts'

export const tcpCatchAll: ListenerRule = {
  checkListener(listener) {
    const holder = holderOf(listener, 'tcp-catch-all')
    if (!holder) return []
    // The cluster gives the Service of a Gateway an address, which is not known before.
    if (listener.mesh.registry.snapshot.assumed.objects.has(holder.service.source)) return []
    const message = `${holderText(holder)} has no address that tells it apart: ${takesAll(holder)}, whatever server is meant`
    return [holderFound(listener, holder, message)]
  },
}
