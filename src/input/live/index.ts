/**
 * Live clusters in place of files: `connect` gives the clusters of a kubeconfig, each of which is read by `load` into
 * documents, as files are. Everything behind it is loaded from disk only when it is called.
 */

export { connect } from './connect.ts'
export { ExpiredError, LiveError, unreadableRemote } from './errors.ts'
export type {
  ConnectOptions,
  LiveCluster,
  LiveGap,
  LiveList,
  LiveRequest,
  LoadedCluster,
  OnProgress,
  RemoteClusters,
  WatchEvent,
} from './types.ts'
