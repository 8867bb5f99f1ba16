/** Which updates of istiod the proxies have. */
export { readSyncz, sortedProxies } from './read.ts'
export { type ConnectedProxy, isInSync, namespaceOfProxy, type SyncState, syncOf } from './status.ts'
