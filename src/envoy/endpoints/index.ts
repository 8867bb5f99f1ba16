/** The endpoints that EDS sends (pilot/pkg/xds/endpoints of the reference). */
export type { ClusterLoadAssignment, EnvoyLbEndpoint, EnvoyLocalityLbEndpoints } from './write/types.ts'
export { buildEndpoints, type ExplainedLoadAssignment, endpointOrigins, loadAssignments } from './written.ts'
