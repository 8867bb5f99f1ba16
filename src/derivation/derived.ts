/** Configuration that istiod makes of other objects: of Ingresses and of the Kubernetes Gateway API. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import type { DestinationRuleResource, GatewayResource, VirtualServiceResource } from '../kinds/index.ts'
import type { ObjectStatus } from './status.ts'

/** Objects that istiod adds to those of the input, which it never validates; in no particular order. */
export interface DerivedConfiguration {
  readonly gateways: readonly GatewayResource[]
  readonly virtualServices: readonly VirtualServiceResource[]
  readonly destinationRules: readonly DestinationRuleResource[]
}

/** The registry with the configuration that is derived from it; the registry itself is unchanged. */
export interface DerivedRegistry extends AllocatedRegistry {
  readonly derived: DerivedConfiguration
  /** What istiod writes to the objects of the Gateway API. */
  readonly statuses: readonly ObjectStatus[]
}
