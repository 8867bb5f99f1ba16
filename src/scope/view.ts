import type { DerivedRegistry } from '../derivation/derived.ts'
import type { DestinationRuleResource, SidecarResource, VirtualServiceResource } from '../kinds/index.ts'
import type { Subset, TrafficPolicy } from '../kinds/messages/destination-rule.ts'
import type { IstioEgressListener } from '../kinds/messages/sidecar.ts'
import type { Destination, HTTPRoute, TCPRoute, TLSRoute } from '../kinds/messages/virtual-service.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Port, Service } from '../registry/service.ts'

/**
 * How routes of a VirtualService are read: as users write them, or as those that istiod makes of the Gateway API or of
 * Ingresses, whose prefixes end at a slash (annotation `internal.istio.io/route-semantics`).
 */
export type RouteSemantics = 'istio' | 'gateway' | 'ingress'

/** A VirtualService with complete names and its delegates merged in (pilot/pkg/model/virtualservice.go). */
export interface VirtualServiceView {
  readonly source: VirtualServiceResource
  readonly name: string
  readonly namespace: string
  readonly hosts: readonly string[]
  /** `mesh` or `NAMESPACE/NAME`; at least one. */
  readonly gateways: readonly string[]
  /** Resolved: `*`, `~` or namespaces. */
  readonly exportTo: ReadonlySet<string>
  readonly semantics: RouteSemantics
  readonly http: readonly HttpRouteView[]
  readonly tls: readonly TLSRoute[]
  readonly tcp: readonly TCPRoute[]
}

/** One HTTP route, with the VirtualService and index where it is written (for a delegate's, not the root's). */
export interface HttpRouteView extends HTTPRoute {
  readonly writtenIn: VirtualServiceResource
  readonly index: number
}

/** The merged DestinationRules of one host (pilot/pkg/model/destination_rule.go). */
export interface MergedDestinationRule {
  readonly host: string
  /** The first rule, whose name is in the clusters' metadata. */
  readonly source: DestinationRuleResource
  /** All merged rules, including the first. */
  readonly sources: readonly DestinationRuleResource[]
  readonly trafficPolicy: TrafficPolicy | undefined
  readonly subsets: readonly Subset[]
}

/** One egress listener of the Sidecar, or the default one for `*\/*`. */
export interface EgressListenerView {
  /** The listener as written; undefined for the default one. */
  readonly spec: IstioEgressListener | undefined
  /** Index in the Sidecar; 0 for the default one. */
  readonly index: number
  /** Its imports, in the order in which listeners are built; trimmed to the listener's port if it has one. */
  readonly services: readonly Service[]
  readonly virtualServices: readonly VirtualServiceView[]
  /** The VirtualService that owns a service's host, by the most specific match (computed on demand, cached). */
  virtualServiceOf(host: string): VirtualServiceView | undefined
  /** ExternalName services that resolve to this service and that the listener imports. */
  aliasesOf(service: Service): readonly Service[]
}

/** A port of a service that the proxy itself implements. */
export interface ServiceTarget {
  readonly service: Service
  readonly port: Port
  readonly targetPort: number
}

export interface OutboundPolicy {
  readonly mode: string
  readonly egressProxy: Destination | undefined
}

/** What one proxy sees; the only input of dns/ and envoy/. */
export interface ProxyView {
  readonly proxy: Proxy
  /** Endpoints, workloads, gateways, mesh and features of the whole mesh. */
  readonly registry: DerivedRegistry
  /** The Sidecar that applies. */
  readonly sidecar: SidecarResource | undefined
  /** Empty for routers. */
  readonly egressListeners: readonly EgressListenerView[]
  /** One per host, merged: used for clusters, endpoints and lookups by host. */
  readonly services: readonly Service[]
  readonly serviceByHost: ReadonlyMap<string, Service>
  readonly outboundPolicy: OutboundPolicy
  /** The services that the proxy implements, by creation time and host. */
  readonly targets: readonly ServiceTarget[]
  /** All addresses of a service for this proxy; may be empty. */
  addressesOf(service: Service): readonly string[]
  /** The same for each service of an egress listener. */
  addressesOfEach(listener: Pick<EgressListenerView, 'index' | 'services'>): readonly (readonly string[])[]
  /** The address that its listeners use. */
  addressOf(service: Service): string
  /** Whether the proxy uses automatic addresses. */
  readonly usesVips: boolean
  /** The merged rule for a service's host, as its client or as its workload. */
  destinationRuleOf(service: Service, direction: 'outbound' | 'inbound'): MergedDestinationRule | undefined
  /** VirtualServices bound to a gateway (`NAMESPACE/NAME`) that this proxy sees, in order of precedence. */
  virtualServicesOf(gateway: string): readonly VirtualServiceView[]
  /** The same, including those not exported to this proxy's namespace. */
  allVirtualServicesOf(gateway: string): readonly VirtualServiceView[]
  /** A service of a host that the proxy's namespace may see, for destinations outside the scope. */
  visibleServiceOf(host: string): Service | undefined
}
