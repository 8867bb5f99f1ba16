/** The part of Envoy's endpoint messages that is generated (envoy.config.endpoint.v3). */
import type { PipeAddress } from '../../json.ts'

export interface EndpointSocketAddress {
  /** `address` is absent for a workload without one. */
  readonly socketAddress: { readonly address: string | undefined; readonly portValue: number }
}

export type EndpointAddress = EndpointSocketAddress | PipeAddress

export interface EnvoyLbEndpoint {
  readonly endpoint: {
    readonly address: EndpointAddress
    readonly additionalAddresses?: readonly { readonly address: EndpointAddress }[] | undefined
  }
  readonly healthStatus?: 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | undefined
  readonly loadBalancingWeight?: number
  readonly metadata?: {
    readonly filterMetadata: {
      readonly 'envoy.transport_socket_match'?: { readonly tlsMode: string } | undefined
      readonly istio: { readonly workload: string }
    }
  }
}

export interface EnvoyLocality {
  readonly region?: string | undefined
  readonly zone?: string | undefined
  readonly subZone?: string | undefined
}

export interface EnvoyLocalityLbEndpoints {
  readonly locality?: EnvoyLocality
  readonly lbEndpoints?: readonly EnvoyLbEndpoint[] | undefined
  readonly loadBalancingWeight?: number | undefined
  readonly priority?: number | undefined
}

export interface ClusterLoadAssignment {
  readonly clusterName: string
  readonly endpoints?: readonly EnvoyLocalityLbEndpoints[] | undefined
}
