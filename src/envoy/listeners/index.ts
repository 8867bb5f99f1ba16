/** A sidecar's listeners (LDS), and the service ports without one. */

export type { OutboundPlan } from './plan/additions.ts'
export type { Chain, ChainMatch } from './plan/chains.ts'
export { isMatchAll, maskedPrefix } from './plan/chains.ts'
export type {
  ConflictParty,
  ConflictRule,
  ListenerConflict,
  PortRef,
  SkippedPort,
  SkipReason,
} from './plan/conflicts.ts'
export { partyOf } from './plan/conflicts.ts'
export type { InboundPort } from './plan/inbound/ports.ts'
export type { ListenerEntry } from './plan/merge.ts'
export { listenerNamesOf } from './plan/outbound.ts'
export { Placement } from './plan/placement.ts'
export { planSidecar, type SidecarPlan } from './plan/sidecar.ts'
export { listenerTargets, type OutboundTargets, outboundTargets, type PatchedPort } from './targets.ts'
export type { ExplainedListener } from './write/explained.ts'
export { extensionNamesOf } from './write/extension-names.ts'
export { chainsOf, type EnvoyListener, type FilterChain, type FilterChainMatch, filtersOf } from './write/resource.ts'
export { routeNamesOf, routeNamesOfListener } from './write/route-names.ts'
export { type ListenersResult, writeListeners, writtenForPort, writtenForProxy, writtenListeners } from './written.ts'
