import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import type { Service } from '../../../../registry/service.ts'
import type { ListenerRule } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { holderFound, holderOf, holderText, takesAll } from './holders.ts'

/** Why there is no automatic address, as a clause. */
function whyNone({ source, hostname, resolution }: Service, { mesh, view }: ListenerSubject): string {
  const { allocation } = mesh.registry
  if (resolution === 'Passthrough') return 'with resolution NONE gets none'
  if (!allocation.assigns) return 'this version of istiod gives none'
  if (isServiceEntry(source) && !allocation.mayHaveAddress(source, hostname)) return 'opts out of automatic ones'
  return view.usesVips ? 'gets no automatic one' : 'proxies do not ask for automatic ones'
}

export const tcpAddressRequired: ListenerRule = {
  checkListener(listener) {
    const holder = holderOf(listener, 'tcp-address-required')
    if (!holder) return []
    const message = `${holderText(holder)} has no address, and ${whyNone(holder.service, listener)}: ${takesAll(holder)}`
    return [holderFound(listener, holder, message)]
  },
}
