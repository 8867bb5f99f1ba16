/** The resources of routers (pilot/pkg/networking/core/gateway.go). */
export { BoundVirtualServices, type SharedHosts } from './plan/bound-virtual-services.ts'
export type { GatewayChain } from './plan/chains.ts'
export { listenerOfSlot } from './plan/listeners.ts'
export {
  type DroppedServer,
  mergeGateways,
} from './plan/merge.ts'
export { type GatewayServer, redirectsToHttps, type ServerKind, splitHost } from './plan/servers.ts'
export { type RouterGateways, routerGateways } from './router-gateways.ts'
export {
  buildGatewayClusters,
  buildGatewayListeners,
  buildGatewayRoutes,
} from './written.ts'
