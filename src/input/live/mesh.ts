/** From a request to documents of live clusters: selects the clusters, the istiod and the kinds. */
import { UserError } from '../../common/errors.ts'
import { DEFAULT_CLUSTER_ID, type SnapshotOptions } from '../../resources/index.ts'
import { SYSTEM_NAMESPACE } from '../../resources/mesh/istiod.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import type { Reporter } from '../reporter.ts'
import type { ClusterRequest, InputRequest } from '../request.ts'
import type { Gap } from './gaps.ts'
import {
  type LiveCertificates,
  NO_CERTIFICATES,
  needsCertificates,
  readCertificates,
} from './gateway-api/certificates.ts'
import {
  type ConnectOptions,
  connect,
  type LiveCluster,
  type LiveList,
  type OnProgress,
  type RemoteClusters,
} from './index.ts'
import { readIstiods, readSettings } from './istiod.ts'
import { type LiveRequirements, readCluster, readRemote, statedNamespaces } from './read-cluster.ts'

export type { Gap } from './gaps.ts'
export type { LiveRequirements } from './read-cluster.ts'

/** A cluster with the lists that were read, from which a watch can continue. */
export interface ReadCluster {
  readonly cluster: LiveCluster
  readonly lists: readonly LiveList[]
}

/** The data that was read from live clusters. */
export interface LiveMesh {
  /** The config cluster first. Its connections stay open until `close`. */
  readonly clusters: readonly ReadCluster[]
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  readonly gaps: readonly Gap[]
  /** Secrets and ConfigMaps that the config cluster's objects refer to. */
  readonly certificates: LiveCertificates
  /** The config cluster's ID, from its istiod. */
  readonly clusterId: string | undefined
  /** IDs of the remote clusters. */
  readonly remotes: readonly string[]
  /** The context's namespace. */
  readonly namespace: string | undefined
  close(): void
}

/** How to connect to the clusters of a request. */
export function connectOptions(
  { cwd, env, namespace, istiod, over }: InputRequest,
  { kubeconfig, contexts, as, asGroups, requestTimeout }: ClusterRequest,
  { proxy }: Pick<LiveRequirements, 'proxy'>,
): ConnectOptions {
  const { istioNamespace = SYSTEM_NAMESPACE } = istiod
  return {
    kubeconfig,
    contexts,
    as,
    asGroups,
    requestTimeout,
    usualNamespaces: [...(namespace ? [namespace] : []), ...statedNamespaces(proxy), istioNamespace],
    keepsApplied: over.length > 0,
    env,
    cwd,
  }
}

/** Further contexts are remote clusters; their IDs come from their own istiod, otherwise from their names. */
async function namedRemotes(
  clusters: readonly LiveCluster[],
  localId: string,
  { istiod: { istioNamespace } }: InputRequest,
): Promise<RemoteClusters> {
  const named: LiveCluster[] = []
  const problems: SourceProblem[] = []
  for (const cluster of clusters) {
    const { clusterId: stated } = await readIstiods(cluster, { istioNamespace })
    const id = stated ?? cluster.context
    if (id === localId || named.some((other) => other.id === id)) {
      throw new UserError(
        `context ${cluster.context}: its cluster ID ${id} is another cluster's too`,
        '--cluster-id names the first one otherwise',
      )
    }
    if (stated === undefined) {
      const message = `context ${cluster.context}: no istiod there says its cluster ID, so ${id} is used`
      problems.push({ severity: 'note', message, hint: '--remote-secrets takes the IDs that istiod knows' })
    }
    named.push(cluster.named(id))
  }
  return { clusters: named, problems }
}

function remotesOf(
  [config, ...others]: readonly LiveCluster[],
  localId: string,
  request: InputRequest,
  { remoteSecrets }: ClusterRequest,
): Promise<RemoteClusters> {
  if (!config || !remoteSecrets) return namedRemotes(others, localId, request)
  return config.remotes(request.istiod.istioNamespace ?? SYSTEM_NAMESPACE, localId)
}

/** An object may have been read twice: as istiod's, and in the list of all. */
function withoutRepeats(documents: readonly SourceDocument[]): SourceDocument[] {
  const seen = new Set<string>()
  return documents.filter(({ file, cluster }) => {
    const key = `${cluster}\0${file.name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Counts the objects of all clusters together. */
function progressOn(reporter: Reporter): (cluster: LiveCluster) => OnProgress {
  let objects = 0
  return ({ context }) =>
    (count, { plural }) => {
      objects += count
      reporter.progress({ context, objects, resource: plural })
    }
}

/** The settings of istiod that the request states. */
export function istiodOf({ istiod: { meshConfig: _, ...istiod } }: InputRequest): SnapshotOptions {
  return istiod
}

async function readAll(
  clusters: readonly LiveCluster[],
  request: InputRequest,
  cluster: ClusterRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
  opened: (more: readonly LiveCluster[]) => void,
): Promise<Omit<LiveMesh, 'close'>> {
  const [config] = clusters as readonly [LiveCluster, ...LiveCluster[]]
  const own = request.namespace || config.namespace || 'default'
  const settings = await readSettings(config, request.istiod)
  const clusterId = request.clusterId ?? settings.clusterId
  const remotes = await remotesOf(clusters, clusterId ?? DEFAULT_CLUSTER_ID, request, cluster)
  opened(remotes.clusters)
  const onProgress = progressOn(reporter)
  const readOther = cluster.remoteSecrets ? readRemote : readCluster
  try {
    const [main, ...others] = await Promise.all([
      readCluster(config, requirements, own, onProgress(config)),
      ...remotes.clusters.map((remote) => readOther(remote, requirements, own, onProgress(remote))),
    ])
    const parts = [settings, main, ...others]
    const certificates = needsCertificates(requirements)
      ? await readCertificates(config, [...settings.documents, ...main.documents], istiodOf(request))
      : NO_CERTIFICATES
    return {
      clusters: [
        { cluster: config, lists: [...settings.lists, ...main.lists] },
        ...others.map(({ cluster: remote, lists }) => ({ cluster: remote, lists })),
      ],
      documents: withoutRepeats(parts.flatMap(({ documents }) => documents)),
      problems: [settings, remotes, main, ...others, certificates].flatMap(({ problems }) => problems),
      gaps: parts.flatMap(({ gaps }) => gaps),
      certificates,
      clusterId,
      remotes: remotes.clusters.map(({ id }) => id),
      namespace: config.namespace,
    }
  } finally {
    reporter.progress(undefined)
  }
}

/**
 * Reads the clusters of a request.
 * @returns undefined when there is no kubeconfig and the program does not run in a cluster
 * @throws LiveError when a cluster cannot be read, UserError
 */
export async function readLive(
  request: InputRequest,
  cluster: ClusterRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
): Promise<LiveMesh | undefined> {
  const clusters = await connect(connectOptions(request, cluster, requirements))
  if (!clusters) return undefined
  const open = new Set(clusters)
  const close = (): void => {
    for (const each of open) each.close()
  }
  try {
    const mesh = await readAll(clusters, request, cluster, requirements, reporter, (more) => {
      for (const each of more) open.add(each)
    })
    return { ...mesh, close }
  } catch (error) {
    close()
    throw error
  }
}
