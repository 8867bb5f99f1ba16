/** Reads what a computation needs from one live cluster. */
import type { Reads } from '../../kinds/index.ts'
import { statedKind } from '../../proxy/select.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import { checkAccess, type Gap, gapProblems, gapsOfReads } from './gaps.ts'
import {
  type LiveCluster,
  LiveError,
  type LiveList,
  type LiveRequest,
  type OnProgress,
  unreadableRemote,
} from './index.ts'
import { needsOf, WORKLOADS } from './needs.ts'

/** What a computation needs from a cluster. */
export interface LiveRequirements {
  readonly reads: Reads
  /** `[TYPE/]NAME[.NAMESPACE]` of the proxy; its workload may have to be read. */
  readonly proxy?: string | undefined
  /** false if the certificates that objects refer to are not needed. */
  readonly certificates?: boolean | undefined
}

/** The data from one cluster, with its gaps among the problems. */
export interface ClusterPart {
  readonly cluster: LiveCluster
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  readonly gaps: readonly Gap[]
  readonly lists: readonly LiveList[]
}

/** The part of `[TYPE/]NAME[.NAMESPACE]` after the last dot, which may be a namespace. */
export const statedNamespaces = (proxy = ''): readonly string[] =>
  proxy
    .split('.')
    .slice(1)
    .slice(-1)
    .filter((name) => name !== '')

/** The workloads to read for `[TYPE/]NAME[.NAMESPACE]`: those of its type, or Deployments. */
function workloadsOfProxy(proxy: string, own: string): readonly LiveRequest[] {
  const wanted = statedKind(proxy) ?? 'Deployment'
  const need = WORKLOADS.find(({ kind }) => kind.kind === wanted)
  return need ? [{ kind: need.kind, namespaces: [...new Set([...statedNamespaces(proxy), own])] }] : []
}

function requestsOf(requirements: LiveRequirements, own: string, isConfigCluster: boolean): LiveRequest[] {
  const requests = needsOf(requirements.reads)
    .filter(({ everyCluster }) => isConfigCluster || everyCluster)
    .map(({ kind, unmodelled }): LiveRequest => ({ kind, optional: unmodelled }))
  const workloads = requirements.proxy === undefined ? [] : workloadsOfProxy(requirements.proxy, own)
  const all = new Set(requests.map(({ kind }) => kind))
  return [...requests, ...workloads.filter(({ kind }) => !all.has(kind))]
}

/**
 * Reads one cluster.
 * @param ownNamespace the namespace of a proxy without one
 * @throws LiveError when it cannot be read
 */
export async function readCluster(
  cluster: LiveCluster,
  requirements: LiveRequirements,
  ownNamespace: string,
  onProgress: OnProgress,
): Promise<ClusterPart> {
  const loaded = await cluster.load(requestsOf(requirements, ownNamespace, cluster.id === ''), onProgress)
  checkAccess(cluster, loaded)
  const { documents, lists } = loaded
  const gaps = gapsOfReads(cluster, loaded.gaps, requirements.reads)
  return { cluster, documents, problems: [...loaded.problems, ...gapProblems(cluster, gaps)], gaps, lists }
}

/** Reads a remote cluster of a secret, and like istiod skips it if it cannot be read. */
export async function readRemote(...args: Parameters<typeof readCluster>): Promise<ClusterPart> {
  const [cluster] = args
  try {
    return await readCluster(...args)
  } catch (error) {
    if (!(error instanceof LiveError)) throw error
    return { cluster, documents: [], problems: [unreadableRemote(cluster.id, error)], gaps: [], lists: [] }
  }
}
