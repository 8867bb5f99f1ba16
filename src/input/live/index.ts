/**
 * Live clusters instead of files: `connect` returns the clusters of a kubeconfig, and `load` reads each into documents,
 * like files. The code behind it is loaded on the first call.
 */
export { connect } from './connect.ts'
export { ExpiredError, LiveError, unreadableRemote } from './errors.ts'
export { PodError } from './forward/errors.ts'
export type {
  ConnectOptions,
  LiveCluster,
  LiveGap,
  LiveList,
  LiveRequest,
  LoadedCluster,
  OnProgress,
  PodAnswer,
  RemoteClusters,
  WatchEvent,
} from './types.ts'
