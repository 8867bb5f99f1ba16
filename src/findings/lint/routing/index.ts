/**
 * Which proxies get the rules of VirtualServices: the routes that istiod generates for each distinct sidecar and each
 * router. Rules about routes use this instead of the text of manifests.
 */
export { type MissingCluster, missingClusters } from './missing-clusters.ts'
export type { HiddenRule } from './proxy-routes.ts'
export { type RuleKind, type RuleRef, ruleKey } from './rule-ref.ts'
export { type SharedHost, sharedHosts, type TakenHost, takenHosts } from './taken-hosts.ts'
export { routersWithRoutes, sidecarsWithRoutes } from './with-routes.ts'
