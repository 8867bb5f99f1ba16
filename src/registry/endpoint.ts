import type { Location } from '../sources/location.ts'

export type Health = 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TERMINATING'

/** One address and port behind one port of a service (pilot/pkg/model IstioEndpoint). */
export interface Endpoint {
  /** The first is the primary address; more only with dual stack. May be '', a host name, or `unix://PATH`. */
  readonly addresses: readonly string[]
  /** 0 for unix sockets. */
  readonly port: number
  /** Name of the service port, by which EDS matches. */
  readonly servicePortName: string
  /** Number of the service port, by which clusters and the name table match; undefined: match by name. */
  readonly servicePortNumber: number | undefined
  /** Includes the topology labels that istiod adds. */
  readonly labels: ReadonlyMap<string, string>
  /** SPIFFE URI or ''. */
  readonly serviceAccount: string
  /** '' means reachable from any network. */
  readonly network: string
  /** region/zone/subzone */
  readonly locality: string
  readonly clusterId: string
  /** 0 when not set. */
  readonly weight: number
  readonly tlsMode: string
  readonly namespace: string
  readonly workloadName: string
  /** For a pod with a subdomain. */
  readonly hostname: string
  readonly subdomain: string
  /** undefined when unknown (ServiceEntry and WorkloadEntry endpoints). */
  readonly health: Health | undefined
  readonly nodeName: string
  readonly location: Location
}

/** The endpoints of a host in one registry of one cluster, in its order. */
export interface Shard {
  readonly provider: 'External' | 'Kubernetes'
  readonly clusterId: string
  readonly endpoints: readonly Endpoint[]
}

/** A pod or WorkloadEntry before it is bound to a service port. */
export interface Workload {
  readonly kind: 'Pod' | 'WorkloadEntry'
  readonly name: string
  readonly namespace: string
  readonly clusterId: string
  readonly addresses: readonly string[]
  /** Named ports. */
  readonly ports: ReadonlyMap<string, number>
  /** The address is a host name or a unix socket: only DNS resolution can use it. */
  readonly dnsOnly: boolean
  /** The part that all its endpoints share. */
  readonly endpoint: Omit<Endpoint, 'port' | 'servicePortName' | 'servicePortNumber'>
}

/** A gateway into a network (pilot/pkg/model/network.go). */
export interface NetworkGateway {
  readonly network: string
  /** '' when it comes from meshNetworks. */
  readonly clusterId: string
  /** An IP or a host name. */
  readonly address: string
  readonly port: number
  /** The Service with this address, or the position in the mesh networks. */
  readonly location: Location | undefined
}
