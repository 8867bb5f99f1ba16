/** The hosts that have an address: what a PTR query would ask, which the DNS server cannot answer. */
import { canonicalIp, coversAddress, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../common/addresses.ts'
import type { Resource } from '../kinds/resource.ts'
import { type Service, serviceLocation } from '../registry/service.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { Location } from '../sources/location.ts'
import type { AddressOrigins } from './address-origin.ts'
import type { NameRecord } from './name-table.ts'

/** One host that has an address, by one object; or a pod or machine that has it. */
export interface AddressOwner {
  /** '' for a pod or machine. */
  readonly host: string
  readonly resource: Resource
  readonly location: Location
  /** How the host got the address, without a full stop. */
  readonly why: string
  /** Whether the proxy's name table has the host with this address. */
  readonly inTable: boolean
}

/** How services state that they have no address. */
const isUnspecified = (stated: string): boolean => stated === UNSPECIFIED || stated === UNSPECIFIED_IPV6

/** How a service got the address; undefined if it does not have it. */
function statedBy(service: Service, context: ScopeContext, address: string): string | undefined {
  const { registry } = context
  const isIt = (stated: string): boolean => !isUnspecified(stated) && coversAddress(stated, address)
  if (service.registry === 'Kubernetes') {
    const all = [...service.clusterVIPs.values()].flat()
    return [service.defaultAddress, ...all].some(isIt) ? 'clusterIP of the Service' : undefined
  }
  if (service.addressIndex >= 0) {
    if (!isIt(service.defaultAddress)) return undefined
    return service.defaultAddress.includes('/')
      ? `in its range ${service.defaultAddress}`
      : 'address stated in spec.addresses'
  }
  const vips = registry.vipsOf(service)
  if (!vips || ![vips.ipv4, vips.ipv6].some((vip) => vip !== '' && isIt(vip))) return undefined
  return 'address assigned automatically'
}

/** Of the proxy's name table. */
function* tableOwners(table: Iterable<NameRecord>, origins: AddressOrigins, address: string): Iterable<AddressOwner> {
  const wanted = canonicalIp(address)
  for (const record of table) {
    for (const source of record.sources) {
      const ip = source.ips.find((candidate) => canonicalIp(candidate) === wanted)
      if (ip === undefined) continue
      const { location, why } = origins.of(source, ip)
      yield { host: record.host, resource: source.service.source, location, why, inTable: true }
    }
  }
}

/** Of all services of the mesh, whether or not the proxy sees them. */
function* serviceOwners(context: ScopeContext, address: string): Iterable<AddressOwner> {
  for (const service of context.registry.services) {
    const why = statedBy(service, context, address)
    if (why === undefined) continue
    const { hostname: host, source: resource } = service
    yield { host, resource, location: serviceLocation(service), why, inTable: false }
  }
}

/** Pods and machines, which have addresses but no names of their own. */
function* workloadOwners({ registry: { snapshot } }: ScopeContext, address: string): Iterable<AddressOwner> {
  const wanted = canonicalIp(address)
  const isIt = (ip: string): boolean => canonicalIp(ip) === wanted
  for (const pod of snapshot.clusters.flatMap(({ pods }) => pods)) {
    if (![pod.status.podIP, ...pod.status.podIPs.map(({ ip }) => ip)].some(isIt)) continue
    const location = pod.location.child('status', 'podIP')
    yield { host: '', resource: pod, location, why: 'address of the pod', inTable: false }
  }
  for (const entry of snapshot.istio.workloadEntries) {
    if (!isIt(entry.spec.address)) continue
    const location = entry.location.child('spec', 'address')
    yield { host: '', resource: entry, location, why: 'address of the workload', inTable: false }
  }
}

/**
 * The owners of an address: hosts of the proxy's name table, then hosts of other Services and ServiceEntries, then pods
 * and machines.
 * @param address an IP
 * @param table the records of the proxy's name table
 */
export function addressOwners(
  address: string,
  table: Iterable<NameRecord>,
  origins: AddressOrigins,
  context: ScopeContext,
): readonly AddressOwner[] {
  const owners = new Map<string, AddressOwner>()
  for (const owner of [
    ...tableOwners(table, origins, address),
    ...serviceOwners(context, address),
    ...workloadOwners(context, address),
  ]) {
    const { kind, meta } = owner.resource
    const key = [owner.host, kind, meta.namespace, meta.name].join(' ')
    if (!owners.has(key)) owners.set(key, owner)
  }
  return [...owners.values()]
}
