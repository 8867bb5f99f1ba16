/**
 * Live clusters in place of files: `connect` gives the clusters of a kubeconfig, each of which is read by `load` into
 * documents, as files are. Everything behind it is loaded from disk only when it is called.
 */
import type { ConnectOptions, LiveCluster } from './types.ts'

/**
 * The clusters of the contexts that the options name, the first as the config cluster. Nothing is sent yet.
 * @returns undefined when there is no kubeconfig and this runs in no cluster
 * @throws LiveError when a kubeconfig cannot be used
 */
export async function connect(options: ConnectOptions): Promise<readonly LiveCluster[] | undefined> {
  const { clustersOf } = await import('./cluster.ts')
  return clustersOf(options)
}
