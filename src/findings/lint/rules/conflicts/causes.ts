import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import type { Service } from '../../../../registry/service.ts'
import type { Cause } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { statesAddress } from './parties.ts'

/** Whether the service would have its own address if proxies were set to use automatic ones. */
export function causeOf({ mesh: { registry }, view }: ListenerSubject, service: Service): Cause | undefined {
  const { source, hostname } = service
  const { allocation } = registry
  if (!isServiceEntry(source) || statesAddress(source) || view.usesVips) return undefined
  if (allocation.storesStatus) return registry.vipsOf(service) ? 'dns-capture' : undefined
  const mayHave =
    allocation.assigns && service.resolution !== 'Passthrough' && allocation.mayHaveAddress(source, hostname)
  return mayHave ? 'automatic-addresses' : undefined
}
