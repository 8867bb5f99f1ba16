/** The clusters that CDS sends (pilot/pkg/networking/core/cluster.go). */
export type { EnvoyCluster } from './write/types.ts'
export {
  buildClusters,
  buildRouterClusters,
  clusterFinder,
  clusters,
  type ExplainedCluster,
  edsClusterNames,
  hasAssignment,
  outboundClusterNames,
  type PendingCluster,
  pendingClusters,
} from './written.ts'
