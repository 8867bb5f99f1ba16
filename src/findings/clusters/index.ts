/** The clusters of a mesh and the findings about them. */
export type { NetworkReport } from './networks.ts'
export { type ClusterReport, type ClustersReport, clustersReport, notModelledClusters } from './report.ts'
export type { ServiceDifference } from './services.ts'
