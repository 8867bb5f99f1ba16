import { append } from '../../../../common/collections.ts'
import type { ServiceEntryResource } from '../../../../kinds/index.ts'
import { isHttp } from '../../../../registry/protocol.ts'
import type { Service } from '../../../../registry/service.ts'
import { filterFamilies } from '../../../../scope/addresses.ts'
import { hostSubject, type ScopedFound, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { isSingleAddress } from './own-addresses.ts'
import { listText, portsText } from './texts.ts'

/** The services of one host of an entry with several addresses, as a proxy sees them. */
function* severalAddresses({ services }: ScopeFacts): Iterable<readonly [Service, ...Service[]]> {
  const byEntry = new Map<ServiceEntryResource, Map<number, [Service, ...Service[]]>>()
  for (const service of services) {
    if (service.addressIndex < 0) continue
    const entry = service.source as ServiceEntryResource
    if (entry.spec.addresses.length < 2) continue
    const byHost = byEntry.get(entry) ?? new Map<number, [Service, ...Service[]]>()
    byEntry.set(entry, byHost)
    append(byHost, service.hostIndex, service)
  }
  for (const byHost of byEntry.values()) yield* byHost.values()
}

const addressesOf = (services: readonly Service[]): readonly string[] => [
  ...new Set(services.map(({ defaultAddress }) => defaultAddress)),
]

/** A Sidecar that looks services up by name finds one of them. */
function unseen(seen: readonly [Service, ...Service[]], { registry }: ScopeFacts): ScopedFound | undefined {
  const [first] = seen
  const { hostname, hostIndex, source } = first
  const all = (registry.servicesByHost.get(hostname) ?? []).filter(
    (service) => service.source === source && service.hostIndex === hostIndex,
  )
  const taken = new Set(addressesOf(seen))
  const missing = addressesOf(all).filter((address) => !taken.has(address))
  if (missing.length === 0) return undefined
  return {
    subject: hostSubject(hostname),
    message:
      `only address ${first.defaultAddress} of ${hostname} takes effect, because the Sidecar imports nothing but plain ` +
      `hosts of named namespaces: ${listText(missing)} is neither answered by DNS nor listened on`,
    resource: source,
    location: source.location.child('spec', 'addresses'),
  }
}

/** Of services of one host the last one has the routes. */
function unrouted(seen: readonly [Service, ...Service[]], { view, registry }: ScopeFacts): ScopedFound | undefined {
  const [first] = seen
  const all = registry.servicesByHost.get(first.hostname) ?? []
  // Among several entries of one host the last one has the routes; what is wrong there is reported by other rules.
  if (all.some(({ source }) => source !== first.source)) return undefined
  const ports = first.ports.filter(({ protocol }) => isHttp(protocol)).map(({ number }) => number)
  if (ports.length === 0) return undefined
  const usable = filterFamilies(addressesOf(seen).filter(isSingleAddress), view.proxy)
  const last = seen.at(-1)?.defaultAddress
  const without = usable.filter((address) => address !== last)
  if (usable.length < 2 || without.length === 0) return undefined
  return {
    subject: hostSubject(first.hostname),
    message:
      `HTTP requests to ${portsText(ports)} that name an address instead of ${first.hostname} have a route only for ` +
      `${last}: ${listText(without)} ${without.length === 1 ? 'has' : 'have'} none`,
    resource: first.source,
    location: first.source.location.child('spec', 'addresses'),
  }
}

export const multipleAddresses: ScopeRule = {
  *checkScope(facts) {
    for (const seen of severalAddresses(facts)) {
      const found = unseen(seen, facts) ?? unrouted(seen, facts)
      if (found) yield found
    }
  },
}
