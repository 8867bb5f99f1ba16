/** The addresses that a proxy's DNS has for an entry. */
import { ipFamily, UNSPECIFIED } from '../../../../../common/addresses.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import type { Service } from '../../../../../registry/service.ts'
import type { HostSubject, RuleView } from '../../../subjects.ts'

/** Whether a name can resolve to it: not a range, and not the unspecified address. */
export const isSingleAddress = (address: string): boolean => ipFamily(address) !== 0 && address !== UNSPECIFIED

/** The addresses in a proxy's DNS answers for a service, without those of pods. */
export const answeredAddresses = (service: Service, view: RuleView): readonly string[] =>
  view.addressesOf(service).filter(isSingleAddress)

/** The entry of a service that has its first address for the host; undefined for the services of further addresses. */
export function entryOfFirstAddress(service: Service): ServiceEntryResource | undefined {
  return service.registry === 'External' && service.addressIndex <= 0 ? service.source : undefined
}

/** Whether a proxy's DNS answers a host, possibly because of another entry in the same namespace. */
export const isAnswered = ({ declared, view }: HostSubject, namespace: string): boolean =>
  declared.some((service) => service.namespace === namespace && answeredAddresses(service, view).length > 0)
