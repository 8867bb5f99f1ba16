import type { ProxyView } from '../../../../scope/view.ts'
import type { ScopeRule } from '../../rule.ts'
import { type Holder, holderFound, holdersOf, holderText, takesAll } from './holders.ts'
import { isEntry } from './parties.ts'

/** Why there is no automatic address either, as a clause. */
function whyNone({ owner: { service } }: Holder, { registry: { allocation }, usesVips }: ProxyView): string {
  if (service.resolution === 'Passthrough') return 'with resolution NONE gets none'
  if (!allocation.assigns) return 'this version of istiod gives none'
  if (isEntry(service.source) && !allocation.mayHaveAddress(service.source, service.hostname)) {
    return 'opts out of automatic ones'
  }
  return usesVips ? 'gets no automatic one' : 'proxies do not ask for automatic ones'
}

export const tcpAddressRequired: ScopeRule = {
  *checkScope(facts) {
    for (const holder of holdersOf(facts, 'tcp-address-required')) {
      const message = `${holderText(holder)} has no address, and ${whyNone(holder, facts.view)}: ${takesAll(holder.owner.port.number)}`
      yield holderFound(facts, holder, message)
    }
  },
}
