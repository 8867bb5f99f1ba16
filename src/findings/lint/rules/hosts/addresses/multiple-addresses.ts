import { groupBy } from '../../../../../common/collections.ts'
import { isHttp } from '../../../../../registry/protocol.ts'
import { isExternal, type Service } from '../../../../../registry/service.ts'
import { filterFamilies } from '../../../../../scope/addresses.ts'
import type { Found, HostRule } from '../../../rule.ts'
import type { HostSubject } from '../../../subjects.ts'
import { listText, portsText } from '../texts.ts'
import { isSingleAddress } from './own-addresses.ts'

const hasSeveral = (service: Service): boolean =>
  isExternal(service) && service.addressIndex >= 0 && service.source.spec.addresses.length > 1

/** The host's services from entries with several addresses, by entry and host index. */
function severalAddresses(services: readonly Service[]): readonly (readonly [Service, ...Service[]])[] {
  const several = services.filter(isExternal).filter(hasSeveral)
  const byEntry = groupBy(several, ({ source }) => source)
  return [...byEntry.values()].flatMap((ofEntry) => [...groupBy(ofEntry, ({ hostIndex }) => hostIndex).values()])
}

const addressesOf = (services: readonly Service[]): readonly string[] => [
  ...new Set(services.map(({ defaultAddress }) => defaultAddress)),
]

/** A Sidecar that looks services up by name finds just one of them. */
function unseen(seen: readonly [Service, ...Service[]], declared: readonly Service[]): Found | undefined {
  const [first] = seen
  const { hostname, hostIndex, source } = first
  const all = declared.filter((service) => service.source === source && service.hostIndex === hostIndex)
  const taken = new Set(addressesOf(seen))
  const missing = addressesOf(all).filter((address) => !taken.has(address))
  if (missing.length === 0) return undefined
  return {
    message:
      `only address ${first.defaultAddress} of ${hostname} takes effect, because the Sidecar imports nothing but plain ` +
      `hosts of named namespaces: ${listText(missing)} is neither answered by DNS nor listened on`,
    resource: source,
    location: source.location.child('spec', 'addresses'),
  }
}

/** Routes use the last of several services with the same host. */
function unrouted(seen: readonly [Service, ...Service[]], { view, mesh, declared }: HostSubject): Found | undefined {
  const [first] = seen
  // With several entries, routes use the last one; other rules report that.
  if (declared.some(({ source }) => source !== first.source)) return undefined
  const ports = first.ports.filter(({ protocol }) => isHttp(protocol)).map(({ number }) => number)
  if (ports.length === 0) return undefined
  const usable = filterFamilies(
    addressesOf(seen).filter(isSingleAddress),
    view.proxy,
    mesh.registry.snapshot.features.has('family-of-first-address'),
  )
  const last = seen.at(-1)?.defaultAddress
  const without = usable.filter((address) => address !== last)
  if (usable.length < 2 || without.length === 0) return undefined
  return {
    message:
      `HTTP requests to ${portsText(ports)} that name an address instead of ${first.hostname} have a route only for ` +
      `${last}: ${listText(without)} ${without.length === 1 ? 'has' : 'have'} none`,
    resource: first.source,
    location: first.source.location.child('spec', 'addresses'),
  }
}

export const multipleAddresses: HostRule = {
  concernsHost: ({ services }) => services.some(hasSeveral),
  *checkHost(subject) {
    for (const seen of severalAddresses(subject.services)) {
      const found = unseen(seen, subject.declared) ?? unrouted(seen, subject)
      if (found) yield found
    }
  },
}
