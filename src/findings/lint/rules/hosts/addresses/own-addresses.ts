/** What DNS of a proxy has for an entry. */
import { ipFamily, UNSPECIFIED } from '../../../../../common/addresses.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import type { Service } from '../../../../../registry/service.ts'
import type { HostSubject, RuleView } from '../../../subjects.ts'

/** A name stands for it: not a range, and not the address of those that have none. */
export const isSingleAddress = (address: string): boolean => ipFamily(address) !== 0 && address !== UNSPECIFIED

/** The addresses by which DNS of a proxy answers a service, those of pods left out. */
export const answeredAddresses = (service: Service, view: RuleView): readonly string[] =>
  view.addressesOf(service).filter(isSingleAddress)

/** The entry that a service is the first of, of those with one host: its other addresses follow. */
export function entryOfFirstAddress(service: Service): ServiceEntryResource | undefined {
  return service.registry === 'External' && service.addressIndex <= 0 ? service.source : undefined
}

/** Whether DNS of a proxy answers a host, be it because of another entry of the same namespace. */
export const isAnswered = ({ declared, view }: HostSubject, namespace: string): boolean =>
  declared.some((service) => service.namespace === namespace && answeredAddresses(service, view).length > 0)
