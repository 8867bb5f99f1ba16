import { addressBits, parsePrefix } from '../../../../addresses.ts'
import { isWildcard } from '../../../../registry/service.ts'
import type { ServiceEntryResource } from '../../../../resources/kinds.ts'
import { hostSubject, type ScopeRule } from '../../rule.ts'
import { entryOfFirstAddress } from './own-addresses.ts'
import { listText } from './texts.ts'

/** The place of an address that is a range of more than one. */
function firstRange({ spec }: ServiceEntryResource): number {
  return spec.addresses.findIndex((address) => {
    const prefix = address.includes('/') ? parsePrefix(address) : undefined
    return prefix !== undefined && prefix.bits < addressBits(prefix.family)
  })
}

/** Clients of an outside host with nothing but ranges dial addresses, or names that others answer. */
const isOutside = ({ spec }: ServiceEntryResource): boolean =>
  spec.resolution === 'NONE' && spec.location !== 'MESH_INTERNAL' && spec.addresses.every((text) => text.includes('/'))

export const cidrNotInDns: ScopeRule = {
  *checkScope({ services, view }) {
    if (!view.proxy.dnsCapture) return
    for (const service of services) {
      const entry = entryOfFirstAddress(service)
      if (!entry || entry.spec.addresses.length === 0 || isWildcard(service.hostname)) continue
      const index = firstRange(entry)
      if (index < 0 || isOutside(entry)) continue
      const single = entry.spec.addresses.filter((address) => !address.includes('/'))
      const answered = single.length > 0 ? `answered with ${listText(single)} only` : 'not answered by the proxy'
      yield {
        subject: hostSubject(service.hostname),
        message: `${service.hostname} is ${answered}: no name leads to addresses of the range ${entry.spec.addresses[index]}`,
        resource: entry,
        location: entry.location.child('spec', 'addresses', index),
      }
    }
  },
}
