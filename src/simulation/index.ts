/** What becomes of one connection: the way through the name table, listeners, filter chains, routes and clusters. */
export {
  type ClusterShare,
  type ConnectionOutcome,
  type ConnectionRequest,
  connect,
  endpointsOfCluster,
} from './connect.ts'
export { type ReceivedResources, receivedResources } from './resources.ts'
