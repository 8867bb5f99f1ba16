/** The resources of routers (pilot/pkg/networking/core/gateway.go). */
import type { ProxyView } from '../../scope/view.ts'
import { type GatewayBinding, gatewayBindings } from './plan/bindings.ts'
import type { MergedGateways } from './plan/merge.ts'
import type { GatewayListeners, GatewayRouteFact } from './written.ts'

export type { GatewayBinding, UnboundReason } from './plan/bindings.ts'
export { BoundVirtualServices, type SharedHosts } from './plan/bound-virtual-services.ts'
export type { GatewayChain, SkippedMatch } from './plan/chains.ts'
export { type ChainClash, listenerOfSlot, type OmittedListener } from './plan/listeners.ts'
export {
  type DroppedServer,
  type DropReason,
  type MergedGateways,
  mergeGateways,
  type ServerSlot,
} from './plan/merge.ts'
export { type GatewayServer, redirectsToHttps, type ServerKind, splitHost } from './plan/servers.ts'
export {
  buildGatewayClusters,
  buildGatewayListeners,
  buildGatewayRoutes,
  type GatewayListeners,
  type GatewayRouteFact,
} from './written.ts'

/** Findings about the Gateways of a router. */
export interface GatewayFacts {
  readonly merged: MergedGateways
  readonly listeners: GatewayListeners
  readonly routes: readonly GatewayRouteFact[]
  readonly bindings: readonly GatewayBinding[]
}

export function gatewayFacts(
  view: ProxyView,
  merged: MergedGateways,
  listeners: GatewayListeners,
  routes: readonly GatewayRouteFact[],
): GatewayFacts {
  return { merged, listeners, routes, bindings: gatewayBindings(view, merged) }
}
