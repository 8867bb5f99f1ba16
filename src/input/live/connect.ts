/**
 * Live clusters instead of files: `connect` returns the clusters of a kubeconfig, and `load` reads each into documents,
 * like files. The code behind it is loaded on the first call.
 */
import type { ConnectOptions, LiveCluster } from './types.ts'

/**
 * The clusters of the contexts in the options, the config cluster first. Nothing is sent yet.
 * @returns undefined when there is no kubeconfig and the program does not run in a cluster
 * @throws LiveError when a kubeconfig cannot be used
 */
export async function connect(options: ConnectOptions): Promise<readonly LiveCluster[] | undefined> {
  const { clustersOf } = await import('./cluster.ts')
  return clustersOf(options)
}
