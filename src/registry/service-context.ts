import type { TrustDomain } from './identity.ts'
import type { Resolution } from './service.ts'
import type { TrafficDistributions } from './traffic-distribution.ts'

/** The settings of mesh and istiod that creating services depends on. */
export interface ServiceContext {
  readonly trustDomain: TrustDomain
  readonly distributions: TrafficDistributions
  /** Whether the annotation istio.io/connect-strategy has an effect. */
  readonly racesConnections: boolean
  /** The resolution of ServiceEntries with DYNAMIC_DNS. */
  readonly dynamicDns: Extract<Resolution, 'DynamicDNS' | 'WaypointDNS'>
}
