/** Findings about Gateways and what is bound to them, over all routers. */
export {
  type GatewayConflict,
  type GatewayConflictKind,
  type GatewayParty,
  gatewayConflicts,
  serverLocation,
  serverText,
} from './conflicts.ts'
export { conflictText, type GatewayFinding, gatewayFindings, unboundText } from './findings.ts'
export { type FinalState, type HiddenRules, type HostReach, reachOfServers, type ServerReach } from './reach.ts'
export {
  type RouterReport,
  routerReport,
  type ServerReport,
  type UnboundReason,
  type UnboundRoute,
  unboundEverywhere,
} from './router.ts'
export { credentialsOf, type Secrets, secretsOf } from './secrets.ts'
export { selectorMistake } from './selectors.ts'
