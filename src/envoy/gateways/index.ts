/** What routers get instead of a sidecar's resources (pilot/pkg/networking/core/gateway.go). */
import type { ProxyView } from '../../scope/view.ts'
import { type GatewayBinding, gatewayBindings } from './bindings.ts'
import type { GatewayListeners } from './listeners.ts'
import type { MergedGateways } from './merge.ts'
import type { GatewayRouteFact } from './routes.ts'

export type { GatewayBinding, UnboundReason } from './bindings.ts'
export { BoundVirtualServices, type SharedHosts } from './bound-virtual-services.ts'
export type { GatewayChain, SkippedMatch } from './chains.ts'
export {
  buildGatewayListeners,
  type ChainClash,
  type GatewayListeners,
  listenerOfSlot,
  type OmittedListener,
} from './listeners.ts'
export { type DroppedServer, type DropReason, type MergedGateways, mergeGateways, type ServerSlot } from './merge.ts'
export { buildGatewayRoutes, type GatewayRouteFact } from './routes.ts'
export { type GatewayServer, redirectsToHttps, type ServerKind, splitHost } from './servers.ts'
export { buildGatewayClusters } from './services.ts'

/** What is to be said about the Gateways of a router. */
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
