/** Live clusters whose pods are asked. */
import { UserError } from '../../common/errors.ts'
import { DEFAULT_CLUSTER_ID } from '../../resources/index.ts'
import { SYSTEM_NAMESPACE } from '../../resources/mesh/istiod.ts'
import { connect, type LiveCluster } from '../live/index.ts'
import { connectOptions } from '../live/mesh.ts'
import type { Reporter } from '../reporter.ts'
import type { ClusterRequest, InputRequest } from '../request.ts'

/** The clusters of a request, the config cluster first. Close them after use. */
export interface OpenClusters {
  readonly clusters: readonly [LiveCluster, ...LiveCluster[]]
  close(): void
}

/**
 * Opens the clusters of the contexts in a request, or of istiod's remote secrets. Objects of the mesh are not read.
 * @param asks what asks them, for the message
 * @throws UserError when there is no cluster, LiveError
 */
export async function openClusters(
  request: InputRequest,
  cluster: ClusterRequest,
  asks: string,
  reporter: Reporter,
): Promise<OpenClusters> {
  const { istiod } = request
  const named = await connect(connectOptions(request, cluster, {}))
  const [config, ...others] = named ?? []
  if (!config) {
    throw new UserError(
      `there is no cluster in which ${asks}`,
      'a cluster needs a kubeconfig: -c, KUBECONFIG or ~/.kube/config',
    )
  }
  const clusters: [LiveCluster, ...LiveCluster[]] = [config, ...others]
  const close = (): void => {
    for (const each of clusters) each.close()
  }
  if (!cluster.remoteSecrets) return { clusters, close }
  try {
    const remotes = await config.remotes(
      istiod.istioNamespace ?? SYSTEM_NAMESPACE,
      request.clusterId ?? DEFAULT_CLUSTER_ID,
    )
    await reporter.report(remotes.problems)
    clusters.push(...remotes.clusters)
    return { clusters, close }
  } catch (error) {
    close()
    throw error
  }
}
