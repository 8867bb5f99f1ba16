/** The stage `resources`: turns documents into typed, validated objects of every cluster, and the mesh's settings. */
export { buildSnapshot, DEFAULT_CLUSTER_ID, type SnapshotOptions } from './build.ts'
export { mergeProxyConfig } from './mesh/mesh.ts'
