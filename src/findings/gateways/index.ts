/** Findings about Gateways and what is bound to them, over all routers. */
export { type GatewayConflict, type GatewayParty, gatewayConflicts, serverLocation } from './conflicts.ts'
export { conflictText, type GatewayFinding, gatewayFindings, unboundText } from './findings.ts'
export {
  type RouterReport,
  routerReport,
  type ServerReport,
  type ServerState,
  type UnboundRoute,
  unboundEverywhere,
} from './router.ts'
export { secretsOf } from './secrets.ts'
