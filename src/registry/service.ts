import type { KubeService, ServiceEntryResource } from '../kinds/index.ts'
import type { Location } from '../sources/location.ts'
import type { Protocol } from './protocol.ts'

export interface Port {
  readonly number: number
  readonly name: string
  readonly protocol: Protocol
}

/**
 * How the endpoints of a service are found: load balancing over known ones (Kubernetes, STATIC), the client's original
 * destination (headless, NONE), DNS, or not at all because the name is an alias (ExternalName).
 */
export type Resolution =
  | 'ClientSideLB'
  | 'Passthrough'
  | 'DNSLB'
  | 'DNSRoundRobinLB'
  | 'DynamicDNS'
  | 'WaypointDNS'
  | 'Alias'

export type TrafficDistribution = 'any' | 'same-zone' | 'same-subzone' | 'same-node'

/** Attributes of Kubernetes services only. */
export interface KubernetesAttributes {
  readonly type: string
  readonly externalName: string
  /** internalTrafficPolicy: Local */
  readonly nodeLocal: boolean
  readonly publishNotReadyAddresses: boolean
  /** Load balancer addresses and external IPs; may be host names. */
  readonly externalAddresses: readonly string[]
}

/** The attributes of every service. */
interface ServiceBase {
  readonly hostname: string
  readonly namespace: string
  /** The name of a Kubernetes Service, the host of a ServiceEntry. */
  readonly name: string
  /** Seconds since 1970, 0 when unknown. */
  readonly creationTime: number
  readonly ports: readonly Port[]
  readonly resolution: Resolution
  /** Outside the mesh: no automatic mTLS. */
  readonly meshExternal: boolean
  /** An IP, a CIDR, or 0.0.0.0 for none. */
  readonly defaultAddress: string
  /** Addresses by cluster ID; empty for ServiceEntries, ["0.0.0.0"] for a headless Service. */
  readonly clusterVIPs: ReadonlyMap<string, readonly string[]>
  /** As declared; empty means the mesh's default. */
  readonly exportTo: ReadonlySet<string>
  readonly labels: ReadonlyMap<string, string>
  /** A Service's selector or an entry's workloadSelector; undefined when there is none. */
  readonly selector: ReadonlyMap<string, string> | undefined
  /** SPIFFE names and other subject alternative names that the service declares. */
  readonly serviceAccounts: readonly string[]
  readonly trafficDistribution: TrafficDistribution
  /** For resolution NONE: the port to connect to, by service port. */
  readonly passthroughTargetPorts: ReadonlyMap<number, number>
  /** Annotation istio.io/connect-strategy: RACE_FIRST_TCP_CONNECT */
  readonly raceFirstConnect: boolean
  /** The indexes of the host and address in the entry; 0 for Kubernetes, address -1 when the entry has none. */
  readonly hostIndex: number
  readonly addressIndex: number
}

/** A Service of Kubernetes. */
export interface KubernetesService extends ServiceBase {
  readonly registry: 'Kubernetes'
  readonly source: KubeService
  readonly kubernetes: KubernetesAttributes
}

/** One host and one address of a ServiceEntry. */
export interface ExternalService extends ServiceBase {
  readonly registry: 'External'
  readonly source: ServiceEntryResource
  readonly kubernetes: undefined
}

/**
 * One service of the registry (pilot/pkg/model/service.go of the reference); `registry` tells its kind. Scope makes
 * copies with fewer ports.
 */
export type Service = KubernetesService | ExternalService

export const isExternal = (service: Service): service is ExternalService => service.registry === 'External'

/** A Kubernetes Service whose pods are reached by their own addresses. */
export const isHeadlessService = (service: Service): service is KubernetesService =>
  service.registry === 'Kubernetes' && service.resolution === 'Passthrough'

/** Where the service is declared: the entry's host, or the Kubernetes Service. */
export function serviceLocation(service: Service): Location {
  const { location } = service.source
  return service.registry === 'External'
    ? location.child('spec', 'hosts', service.hostIndex)
    : location.child('metadata', 'name')
}

/** The port with this number. A UDP port is not found, even if it comes before a TCP one (PortList.GetByPort). */
export function portByNumber(ports: readonly Port[], number: number): Port | undefined {
  return ports.find((port) => port.number === number && port.protocol !== 'UDP')
}

/** Where a port of the service is declared; the service's own location when it has no such port. */
export function portLocation(service: Service, number: number): Location {
  const ports = service.source.spec.ports as readonly { readonly number?: number; readonly port?: number }[]
  const index = ports.findIndex((port) => (port.number ?? port.port) === number)
  return index < 0 ? serviceLocation(service) : service.source.location.child('spec', 'ports', index)
}

export const isWildcard = (host: string): boolean => host.charCodeAt(0) === 42 /* '*' */
