/** The endpoints of a cluster by locality, before they are written as Envoy's messages. */

import { compareBytes } from '../../../common/bytes.ts'
import { groupBy } from '../../../common/collections.ts'
import type { Endpoint, NetworkGateway } from '../../../registry/endpoint.ts'

/** The origin of a balanced endpoint: a workload, or the gateway that replaces a network's workloads. */
export type EndpointSource =
  | { readonly kind: 'workload'; readonly endpoint: Endpoint }
  | { readonly kind: 'gateway'; readonly gateway: NetworkGateway; readonly behind: readonly Endpoint[] }

export interface BalancedEndpoint {
  /** The primary address first. */
  readonly addresses: readonly string[]
  /** 0 for a unix socket. */
  readonly port: number
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | undefined
  readonly weight: number
  /** The workload's mTLS mode, '' for plain text. */
  readonly tlsMode: string
  /** `WORKLOAD;NAMESPACE;CANONICALNAME;CANONICALREVISION;CLUSTER`, for telemetry. */
  readonly workload: string
  /** The labels that failover compares with the proxy's. */
  readonly labels: ReadonlyMap<string, string>
  readonly source: EndpointSource
}

export interface LocalityGroup {
  /** region/zone/subzone from the endpoints. */
  readonly locality: string
  readonly endpoints: readonly BalancedEndpoint[]
  /** undefined for a group that lost all its endpoints to the network or mTLS rules. */
  readonly weight: number | undefined
  readonly priority: number
}

export const MTLS = 'istio'
const LARGEST_WEIGHT = 0xffffffff

/** Adds as 32-bit unsigned integers do. */
export const addWeights = (a: number, b: number): number => (a + b) >>> 0

/** The group with other endpoints; its weight is their sum, or undefined if there are none. */
export function regrouped(group: LocalityGroup, endpoints: readonly BalancedEndpoint[]): LocalityGroup {
  const weight = endpoints.length === 0 ? undefined : endpoints.reduce((sum, item) => addWeights(sum, item.weight), 0)
  return { ...group, endpoints, weight }
}

/** Endpoints by locality, sorted. */
export function groupByLocality(
  endpoints: readonly { readonly locality: string; readonly endpoint: BalancedEndpoint }[],
): LocalityGroup[] {
  return [...groupBy(endpoints, ({ locality }) => locality)]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([locality, located]) => {
      const members = located.map(({ endpoint }) => endpoint)
      const sum = members.reduce((total, { weight }) => total + weight, 0)
      return { locality, endpoints: members, weight: Math.min(sum, LARGEST_WEIGHT), priority: 0 }
    })
}
