import type { AllocatedRegistry } from '../../../../../allocation/allocation.ts'
import { addressFamily, UNSPECIFIED } from '../../../../../common/addresses.ts'
import { oncePer, oncePerKey } from '../../../../../common/once.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { type Service, serviceLocation } from '../../../../../registry/service.ts'
import type { Location } from '../../../../../sources/location.ts'
import type { HostRule } from '../../../rule.ts'
import type { HostSubject } from '../../../subjects.ts'
import { listText } from '../texts.ts'
import { entryOfFirstAddress } from './own-addresses.ts'

interface Mismatch {
  readonly addresses: readonly string[]
  readonly location: Location
}

/** Whether there is a cluster IP of a family, or of any: they show the families of the clusters. */
const hasClusterIp = oncePer(({ services }: AllocatedRegistry) =>
  oncePerKey((family: 4 | 6 | 'any') => {
    const isOfFamily = (address: string): boolean =>
      address !== UNSPECIFIED && (family === 'any' || addressFamily(address) === family)
    return services.some(({ clusterVIPs }) => [...clusterVIPs.values()].some((list) => list.some(isOfFamily)))
  }),
)

/** Since Istio 1.14, automatic addresses have both families. */
function ofEntry(service: Service, { view, mesh: { registry } }: HostSubject, wanted: number): Mismatch | undefined {
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

function ofKubernetes({ clusterVIPs, source }: Service, { view }: HostSubject, wanted: number): Mismatch | undefined {
  const addresses = clusterVIPs.get(view.proxy.clusterId) ?? []
  if (addresses.length === 0 || addresses.includes(UNSPECIFIED)) return undefined
  if (addresses.some((address) => addressFamily(address) === wanted)) return undefined
  return { addresses, location: source.location.child('spec', 'clusterIP') }
}

/** The only family of the proxy; undefined when it has both, and when these clusters have no proxies of its family. */
function onlyFamily({ view: { proxy }, mesh }: HostSubject): 4 | 6 | undefined {
  if (proxy.ipMode === 'Dual') return undefined
  const family = proxy.ipMode === 'IPv4' ? 4 : 6
  const hasIp = hasClusterIp(mesh.registry)
  return hasIp(family) || !hasIp('any') ? family : undefined
}

function mismatchOf(service: Service, subject: HostSubject): Mismatch | undefined {
  const wanted = onlyFamily(subject)
  if (wanted === undefined) return undefined
  return service.registry === 'Kubernetes' ? ofKubernetes(service, subject, wanted) : ofEntry(service, subject, wanted)
}

export const ipFamilyMismatch: HostRule = {
  concernsHost: (subject) => subject.services.some((service) => mismatchOf(service, subject) !== undefined),
  *checkHost(subject) {
    const { host, services, view } = subject
    const { ipMode } = view.proxy
    for (const service of services) {
      const mismatch = mismatchOf(service, subject)
      if (!mismatch) continue
      yield {
        message:
          `${describeResource(service.source)} has no ${ipMode} address for ${host} ` +
          `(${listText(mismatch.addresses)}): clients beside ${ipMode} proxies cannot dial it`,
        resource: service.source,
        location: mismatch.location,
      }
    }
  },
}
