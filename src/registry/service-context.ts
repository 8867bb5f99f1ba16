import type { TrustDomain } from './identity.ts'
import type { Resolution } from './service.ts'
import type { TrafficDistributions } from './traffic-distribution.ts'

/** What making services of objects needs of the mesh and of istiod. */
export interface ServiceContext {
  readonly trustDomain: TrustDomain
  readonly distributions: TrafficDistributions
  /** The annotation istio.io/connect-strategy has an effect. */
  readonly racesConnections: boolean
  /** Of ServiceEntries with resolution DYNAMIC_DNS. */
  readonly dynamicDns: Extract<Resolution, 'DynamicDNS' | 'WaypointDNS'>
}
