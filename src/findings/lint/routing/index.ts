/**
 * Where the rules of VirtualServices get to: for each sort of sidecar and for each router the routes that istiod makes of
 * them. Rules about routes ask this and not the text of manifests.
 */
export { type MissingCluster, missingClusters } from './missing-clusters.ts'
export type { HiddenRule } from './proxy-routes.ts'
export { type RuleKind, type RuleRef, ruleKey } from './rule-ref.ts'
export { type TakenHost, takenHosts } from './taken-hosts.ts'
export { routersWithRoutes, sidecarsWithRoutes } from './with-routes.ts'
