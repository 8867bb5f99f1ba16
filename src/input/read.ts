/** Documents of files and of live clusters, before they have a meaning. */
import { UserError } from '../common/errors.ts'
import type { SnapshotOptions } from '../resources/index.ts'
import type { SourceDocument, SourceProblem } from '../sources/document.ts'
import { loadSources, type SourceInput } from './files/load.ts'
import type { Gap, LiveMesh, LiveWants } from './live/mesh.ts'
import type { Reporter } from './reporter.ts'
import { type ClusterRequest, type InputRequest, type RemoteRequest, STDIN } from './request.ts'

/** What was read of a mesh. */
export interface ReadMesh {
  /** Of all clusters, in the order of the input. */
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  /** What of live clusters may not be read. */
  readonly gaps: readonly Gap[]
  /** The config cluster's ID, as far as something states it. */
  readonly clusterId: string | undefined
  /** IDs of the remote clusters. */
  readonly remotes: readonly string[]
  /** Of what states none; undefined: the usual one. */
  readonly namespace: string | undefined
  /** Documents that are laid over the others; undefined when none are. */
  readonly over?: readonly SourceDocument[]
}

/** @param cluster '' for the config cluster */
const sourceInput = (path: string, cluster: string): SourceInput => ({
  kind: path === STDIN ? 'stdin' : 'path',
  path,
  cluster,
})

/** @param paths of the objects of the config cluster */
async function readFiles(
  request: InputRequest,
  paths: readonly string[],
  remotes: readonly RemoteRequest[],
  reporter: Reporter,
): Promise<ReadMesh> {
  const { cwd, stdin, recursive, clusterId, namespace } = request
  const { documents, problems, bytes } = await loadSources({
    inputs: [...paths.map((path) => sourceInput(path, '')), ...remotes.map(({ id, path }) => sourceInput(path, id))],
    recursive,
    cwd,
    stdin,
  })
  reporter.size(bytes)
  return { documents, problems, gaps: [], clusterId, remotes: remotes.map(({ id }) => id), namespace }
}

/**
 * Reads a live cluster, and the clusters that belong to it. Their connections stay open.
 * @throws UserError when there is no cluster, LiveError
 */
export async function openCluster(
  request: InputRequest,
  cluster: ClusterRequest,
  wants: LiveWants,
  reporter: Reporter,
): Promise<LiveMesh> {
  // Read from disk only when there is a cluster to read.
  const { readLive } = await import('./live/mesh.ts')
  const mesh = await readLive(request, cluster, wants, reporter)
  if (mesh) return mesh
  throw new UserError(
    'no input: neither files nor a cluster',
    '-f, --filename PATH reads files, or - standard input; a cluster needs a kubeconfig: -c, KUBECONFIG or ~/.kube/config',
  )
}

/** What was read of live clusters, with the files of remote clusters behind it. */
async function withRemoteFiles(
  live: Omit<LiveMesh, 'close'>,
  request: InputRequest,
  reporter: Reporter,
): Promise<ReadMesh> {
  const files = await readFiles(request, [], request.remotes, reporter)
  return {
    documents: [...live.documents, ...files.documents],
    problems: [...live.problems, ...files.problems],
    gaps: live.gaps,
    clusterId: live.clusterId,
    remotes: [...new Set([...live.remotes, ...files.remotes])],
    namespace: request.namespace || live.namespace,
  }
}

async function withOver(under: ReadMesh, request: InputRequest, reporter: Reporter): Promise<ReadMesh> {
  if (request.over.length === 0) return under
  const { documents, problems } = await readFiles(request, request.over, [], reporter)
  return { ...under, over: documents, problems: [...under.problems, ...problems] }
}

/** What was read of live clusters, with all that the request has beside them. */
export async function withFiles(
  live: Omit<LiveMesh, 'close'>,
  request: InputRequest,
  reporter: Reporter,
): Promise<ReadMesh> {
  return withOver(await withRemoteFiles(live, request, reporter), request, reporter)
}

/**
 * Reads files, a cluster, or files over either. What is wrong with them is not reported yet.
 * @throws UserError when there is no input, LiveError
 */
export async function read(request: InputRequest, wants: LiveWants, reporter: Reporter): Promise<ReadMesh> {
  const { mesh, remotes } = request
  if (mesh.kind === 'files') return withOver(await readFiles(request, mesh.paths, remotes, reporter), request, reporter)
  const live = await openCluster(request, mesh.cluster, wants, reporter)
  live.close()
  return withFiles(live, request, reporter)
}

const DEFAULT_NAMESPACE = 'default'

/** Of objects and proxies that state none. */
export const namespaceOf = ({ namespace }: ReadMesh): string => namespace || DEFAULT_NAMESPACE

/** How documents are to be typed, but for the mesh configuration. */
export function snapshotOptions(
  { clusterId, remotes, namespace, over }: ReadMesh,
  { istiod: { meshConfig: _, ...istiod } }: InputRequest,
): SnapshotOptions {
  return { clusterId, remotes, defaultNamespace: namespace, over, ...istiod }
}
