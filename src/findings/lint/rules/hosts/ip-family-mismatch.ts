import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { addressFamily, UNSPECIFIED } from '../../../../common/addresses.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { type Service, serviceLocation } from '../../../../registry/service.ts'
import type { Location } from '../../../../sources/location.ts'
import { hostSubject, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { entryOfFirstAddress } from './own-addresses.ts'
import { listText } from './texts.ts'

interface Mismatch {
  readonly addresses: readonly string[]
  readonly location: Location
}

const FAMILIES = new WeakMap<AllocatedRegistry, ReadonlySet<number>>()

/** The families of cluster IPs, which are those that the clusters have. */
function clusterFamilies(registry: AllocatedRegistry): ReadonlySet<number> {
  const known = FAMILIES.get(registry)
  if (known) return known
  const out = new Set<number>()
  for (const { clusterVIPs } of registry.services) {
    for (const addresses of clusterVIPs.values()) {
      for (const address of addresses) if (address !== UNSPECIFIED) out.add(addressFamily(address))
    }
  }
  FAMILIES.set(registry, out)
  return out
}

/** Automatic addresses have both families since Istio 1.14. */
function ofEntry(service: Service, { view, registry }: ScopeFacts, wanted: number): Mismatch | undefined {
  const entry = entryOfFirstAddress(service)
  if (!entry) return undefined
  const { addresses } = entry.spec
  if (addresses.length > 0) {
    if (addresses.some((address) => addressFamily(address) === wanted)) return undefined
    return { addresses, location: entry.location.child('spec', 'addresses', 0) }
  }
  if (wanted === 4 || !view.usesVips) return undefined
  const vips = registry.vipsOf(service)
  return vips && vips.ipv6 === '' ? { addresses: [vips.ipv4], location: serviceLocation(service) } : undefined
}

function ofKubernetes({ clusterVIPs, source }: Service, { view }: ScopeFacts, wanted: number): Mismatch | undefined {
  const addresses = clusterVIPs.get(view.proxy.clusterId) ?? []
  if (addresses.length === 0 || addresses.includes(UNSPECIFIED)) return undefined
  if (addresses.some((address) => addressFamily(address) === wanted)) return undefined
  return { addresses, location: source.location.child('spec', 'clusterIP') }
}

export const ipFamilyMismatch: ScopeRule = {
  *checkScope(facts) {
    const { view, registry, services } = facts
    const { ipMode } = view.proxy
    if (ipMode === 'Dual') return
    const wanted = ipMode === 'IPv4' ? 4 : 6
    const families = clusterFamilies(registry)
    // No proxy of these clusters is like this one.
    if (families.size > 0 && !families.has(wanted)) return
    for (const service of services) {
      const mismatch =
        service.registry === 'Kubernetes' ? ofKubernetes(service, facts, wanted) : ofEntry(service, facts, wanted)
      if (!mismatch) continue
      yield {
        subject: hostSubject(service.hostname),
        message:
          `${describeResource(service.source)} has no ${ipMode} address for ${service.hostname} ` +
          `(${listText(mismatch.addresses)}): clients beside ${ipMode} proxies cannot dial it`,
        resource: service.source,
        location: mismatch.location,
      }
    }
  },
}
