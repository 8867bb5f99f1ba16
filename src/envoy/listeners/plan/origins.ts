/** The origins of listeners and filter chains. Texts are built on demand because there may be very many. */

import { writerOf } from '../../../kinds/derived.ts'
import type { Resource } from '../../../kinds/resource.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { type Port, portLocation, type Service } from '../../../registry/service.ts'
import type { Location } from '../../../sources/location.ts'
import type { Origin, SecurityRole } from '../../explained.ts'

/** The deciding rules as text. */
export const WHY = {
  sidecarBind: "the Sidecar's egress listener states the address",
  localhost: 'without interception listeners bind to the loopback address',
  http: 'HTTP ports share one listener per port on the wildcard address',
  address: 'a TCP port listens on the address of its service',
  noAddress: 'a TCP port whose service has no address listens on the wildcard address',
  cidr: 'a CIDR address is matched by a filter chain of the wildcard listener',
  endpoint: 'a headless TCP port has one listener for each endpoint',
  headlessWithoutEndpoints: 'an entry with resolution NONE and no endpoints listens on the wildcard address',
  shared: 'HTTP services on one port share its listener; routes separate them',
  serviceTcp: 'everything that no other chain matches goes to the cluster of the service',
  serviceCidr: "the service's CIDR addresses lead to its cluster",
  serviceSni: "TLS on a shared address is matched by the service's host name",
  virtualServiceTls: 'a tls route of the VirtualService matches the server name',
  virtualServiceTcp: 'a tcp route of the VirtualService takes all connections of the service',
  virtualServiceSubnets: 'a tcp route of the VirtualService takes its destination subnets',
  http1: 'plain HTTP is recognised and routed by host',
  httpOnly: 'the port is declared as HTTP and has its own address',
  allowAny: 'traffic that no chain matches is passed through (outbound traffic policy ALLOW_ANY)',
  dynamicDns: 'plain HTTP to unknown hosts is resolved by name (outbound traffic policy ALLOW_ANY_DYNAMIC_DNS)',
  httpProxy: 'the mesh or the node states a port for clients that use the sidecar as their HTTP proxy',
  egressProxy: "traffic that no chain matches goes to the Sidecar's egress proxy",
  registryOnly: 'traffic that no chain matches is refused (outbound traffic policy REGISTRY_ONLY)',
  virtualOutbound: 'all outbound connections are redirected here',
  virtualInbound: 'all inbound connections are redirected here',
  blackhole: "connections to the listener's own port would loop",
  passthrough: 'connections to ports that no service declares pass to the application',
  portPassthrough: 'a port-level mTLS mode applies to a port that no service declares',
  inboundService: 'the service selects the workload',
  inboundSidecar: 'the Sidecar declares the ingress listener',
} as const

/** A service port as origin. */
export class ServiceOrigin implements Origin {
  readonly service: Service
  readonly port: Port
  readonly why: string

  constructor(service: Service, port: Port, why: string) {
    this.service = service
    this.port = port
    this.why = why
  }

  get what(): string {
    return describeResource(this.service.source)
  }

  get location(): Location {
    return portLocation(this.service, this.port.number)
  }
}

/** A location in a resource as origin. */
export class ResourceOrigin implements Origin {
  readonly resource: Resource
  readonly why: string
  readonly role?: SecurityRole
  readonly #path: readonly (string | number)[]

  constructor(resource: Resource, path: readonly (string | number)[], why: string, role?: SecurityRole) {
    this.resource = resource
    this.#path = path
    this.why = why
    if (role) this.role = role
  }

  get what(): string {
    return describeResource(writerOf(this.resource, this.#path))
  }

  get location(): Location {
    return this.resource.location.child(...this.#path)
  }
}

/** A rule that does not depend on an object of the input. */
export function ruleOrigin(what: string, why: string): Origin {
  return { what, location: undefined, why }
}
