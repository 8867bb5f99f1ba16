/** The resources of routers (pilot/pkg/networking/core/gateway.go). */
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
export { type RouterGateways, routerGateways } from './router-gateways.ts'
export {
  buildGatewayClusters,
  buildGatewayListeners,
  buildGatewayRoutes,
  type GatewayListeners,
  type GatewayRouteConfiguration,
} from './written.ts'
