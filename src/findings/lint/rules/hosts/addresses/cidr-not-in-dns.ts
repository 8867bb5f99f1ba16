import { addressBits, parsePrefix } from '../../../../../common/addresses.ts'
import { oncePer } from '../../../../../common/once.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { isWildcard, type Service } from '../../../../../registry/service.ts'
import type { Found, HostRule } from '../../../rule.ts'
import { listText, namedHostsText } from '../texts.ts'
import { entryOfFirstAddress } from './own-addresses.ts'

/** A prefix of one address counts as an address. */
function isRange(address: string): boolean {
  const prefix = address.includes('/') ? parsePrefix(address) : undefined
  return prefix !== undefined && prefix.bits < addressBits(prefix.family)
}

/** One finding per entry, whichever of its hosts leads to it; undefined when it has no range. */
const foundFor = oncePer((entry: ServiceEntryResource): Found | undefined => {
  const { addresses, hosts } = entry.spec
  const ranges = new Set(addresses.filter(isRange))
  if (ranges.size === 0) return undefined
  const single = addresses.filter((address) => !ranges.has(address))
  const by = single.length > 0 ? `with ${listText(single)} only` : 'by no proxy'
  return {
    message:
      `DNS queries for ${namedHostsText(hosts)} are answered ${by}: ` +
      `no name leads to addresses of the ${ranges.size === 1 ? 'range' : 'ranges'} ${listText([...ranges])}`,
    resource: entry,
    location: entry.location.child(
      'spec',
      'addresses',
      addresses.findIndex((address) => ranges.has(address)),
    ),
  }
})

const statesAddresses = (service: Service): boolean => (entryOfFirstAddress(service)?.spec.addresses.length ?? 0) > 0

export const cidrNotInDns: HostRule = {
  concernsHost: ({ services }) => services.some(statesAddresses),
  *checkHost({ host, services, view }) {
    if (!view.proxy.dnsCapture || isWildcard(host)) return
    for (const service of services) {
      const entry = entryOfFirstAddress(service)
      const found = entry && entry.spec.addresses.length > 0 ? foundFor(entry) : undefined
      if (found) yield found
    }
  },
}
