import type { KubeService, ServiceEntryResource } from '../kinds/index.ts'
import type { Location } from '../sources/location.ts'
import type { Protocol } from './protocol.ts'

export interface Port {
  readonly number: number
  readonly name: string
  readonly protocol: Protocol
}

/**
 * How the endpoints of a service are found: balanced over known ones (Kubernetes, STATIC), the client's own address
 * (headless, NONE), by DNS, or not at all because the name stands for another one (ExternalName).
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

/** What only services of Kubernetes have. */
export interface KubernetesAttributes {
  readonly type: string
  readonly externalName: string
  /** internalTrafficPolicy: Local */
  readonly nodeLocal: boolean
  readonly publishNotReadyAddresses: boolean
  /** Addresses of a load balancer and external IPs; may be host names. */
  readonly externalAddresses: readonly string[]
}

/** What every service of the registry has, whatever declares it. */
interface ServiceFacts {
  readonly hostname: string
  readonly namespace: string
  /** Of a Kubernetes Service its name, of a ServiceEntry the host. */
  readonly name: string
  /** Seconds since 1970, 0 when not stated. */
  readonly creationTime: number
  readonly ports: readonly Port[]
  readonly resolution: Resolution
  /** Outside the mesh: no automatic mTLS. */
  readonly meshExternal: boolean
  /** An IP, a CIDR, or 0.0.0.0 for none. */
  readonly defaultAddress: string
  /** Cluster ID to addresses; empty for ServiceEntries. A headless Service has ["0.0.0.0"]. */
  readonly clusterVIPs: ReadonlyMap<string, readonly string[]>
  /** As declared; empty means the mesh's default. */
  readonly exportTo: ReadonlySet<string>
  readonly labels: ReadonlyMap<string, string>
  /** Of a Service its selector, of an entry its workloadSelector; undefined when there is none. */
  readonly selector: ReadonlyMap<string, string> | undefined
  /** SPIFFE names and other subject alternative names declared by the service itself. */
  readonly serviceAccounts: readonly string[]
  readonly trafficDistribution: TrafficDistribution
  /** For resolution NONE: service port to the port that is dialled instead. */
  readonly passthroughTargetPorts: ReadonlyMap<number, number>
  /** Annotation istio.io/connect-strategy: RACE_FIRST_TCP_CONNECT */
  readonly raceFirstConnect: boolean
  /** Which of the entry's hosts and addresses this is; 0 for Kubernetes, address -1 when the entry has none. */
  readonly hostIndex: number
  readonly addressIndex: number
}

/** A Service of Kubernetes. */
export interface KubernetesService extends ServiceFacts {
  readonly registry: 'Kubernetes'
  readonly source: KubeService
  readonly kubernetes: KubernetesAttributes
}

/** One host and one address of a ServiceEntry. */
export interface ExternalService extends ServiceFacts {
  readonly registry: 'External'
  readonly source: ServiceEntryResource
  readonly kubernetes: undefined
}

/**
 * One service of the registry (pilot/pkg/model/service.go of the reference); `registry` tells what declares it. Scope
 * makes copies of it with other ports.
 */
export type Service = KubernetesService | ExternalService

export const isExternal = (service: Service): service is ExternalService => service.registry === 'External'

/** Where the service is declared: the entry's host, or the Kubernetes Service. */
export function serviceLocation(service: Service): Location {
  const { location } = service.source
  return service.registry === 'External'
    ? location.child('spec', 'hosts', service.hostIndex)
    : location.child('metadata', 'name')
}

/** The port of this number. One that is UDP does not count, so beside a TCP one it is never found (PortList.GetByPort). */
export function portByNumber(ports: readonly Port[], number: number): Port | undefined {
  return ports.find((port) => port.number === number && port.protocol !== 'UDP')
}

/** Where a port of the service is declared; the service's own place when it has no such port. */
export function portLocation(service: Service, number: number): Location {
  const ports = service.source.spec.ports as readonly { readonly number?: number; readonly port?: number }[]
  const index = ports.findIndex((port) => (port.number ?? port.port) === number)
  return index < 0 ? serviceLocation(service) : service.source.location.child('spec', 'ports', index)
}

export const isWildcard = (host: string): boolean => host.charCodeAt(0) === 42 /* '*' */
