/** Reads documents from files and live clusters, before they are decoded. */
import { UserError } from '../common/errors.ts'
import { ASSUMED_OF_FILES } from '../resources/assumed/options.ts'
import type { SnapshotOptions } from '../resources/index.ts'
import type { SourceDocument, SourceProblem } from '../sources/document.ts'
import { parseDocuments } from '../sources/parse.ts'
import { FileVersions } from '../sources/versions.ts'
import { Exclusions } from './files/layout/exclusions.ts'
import { layoutNotes } from './files/layout/layout.ts'
import { type Content, loadSources, type SourceInput } from './files/load.ts'
import { StoredFiles } from './files/stored.ts'
import type { Gap, LiveMesh, LiveRequirements } from './live/mesh.ts'
import type { Built } from './render/inputs.ts'
import type { Reporter } from './reporter.ts'
import { type ClusterRequest, type InputRequest, type RemoteRequest, STDIN } from './request.ts'
import { atStatements } from './stated.ts'

/** The documents of a mesh and related information. */
export interface ReadMesh {
  /** Those of all clusters, in input order. */
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  /** What could not be read from live clusters. */
  readonly gaps: readonly Gap[]
  /** The config cluster's ID, if known. */
  readonly clusterId: string | undefined
  /** IDs of the remote clusters. */
  readonly remotes: readonly string[]
  /** The namespace of objects and proxies without one; undefined for the default. */
  readonly namespace: string | undefined
  /** Keys of Secrets and ConfigMaps that a live cluster was asked for. */
  readonly certificates?: ReadonlySet<string>
  /** The request that it is of, if the configuration may have changed it. */
  readonly request?: InputRequest
  /** Documents that are merged over the others; undefined when there are none. */
  readonly over?: readonly SourceDocument[]
}

/** @param cluster '' for the config cluster */
const sourceInput = (path: string, cluster: string): SourceInput => ({
  kind: path === STDIN ? 'stdin' : 'path',
  path,
  cluster,
})

/** Reads files of one request, which share its exclusions. */
class FileReader {
  readonly #request: InputRequest
  readonly #exclusions: Exclusions
  readonly #reporter: Reporter

  constructor(request: InputRequest, reporter: Reporter) {
    this.#request = request
    this.#exclusions = new Exclusions(request.exclude, request.cwd)
    this.#reporter = reporter
  }

  /** @param paths those of the config cluster's objects */
  read(paths: readonly string[], remotes: readonly RemoteRequest[]): Promise<ReadMesh> {
    return this.#read(paths, remotes, this.#request.memory?.own(FileVersions))
  }

  async #read(
    paths: readonly string[],
    remotes: readonly RemoteRequest[],
    versions: FileVersions | undefined,
  ): Promise<ReadMesh> {
    const { cwd, stdin, recursive, clusterId, namespace, skipsBuilt, edited, keepsFiles, memory } = this.#request
    const { documents, problems, layout } = await loadSources({
      inputs: [...paths.map((path) => sourceInput(path, '')), ...remotes.map(({ id, path }) => sourceInput(path, id))],
      recursive,
      skipsBuilt,
      built: await this.#built(),
      edited,
      stored: keepsFiles ? memory?.own(StoredFiles<Promise<Content>>) : undefined,
      exclusions: this.#exclusions,
      cwd,
      stdin,
      versions,
      onSize: (bytes) => this.#reporter.size(bytes),
    })
    const notes = layoutNotes(layout, this.#reporter.verbose)
    const all = [...atStatements(problems, this.#request.statedAt), ...notes]
    return { documents, problems: all, gaps: [], clusterId, remotes: remotes.map(({ id }) => id), namespace }
  }

  /** What is read as a part of what is rendered. */
  async #built(): Promise<Built | undefined> {
    const { renders } = this.#request
    return renders && (await import('./render/inputs.ts')).builtInto(renders)
  }

  async #rendered(): Promise<Pick<ReadMesh, 'documents' | 'problems'>> {
    const { renderInputs } = await import('./render/inputs.ts')
    return renderInputs(this.#request)
  }

  /** Adds what programs make for the mesh, and manifests that were made before. */
  async withRendered(mesh: ReadMesh): Promise<ReadMesh> {
    const { rendered = [], renders } = this.#request
    const made = renders && !renders.over ? [await this.#rendered()] : []
    const all = [...made, ...rendered.map((file) => parseDocuments(file, ''))]
    return {
      ...mesh,
      documents: [...mesh.documents, ...all.flatMap(({ documents }) => documents)],
      problems: [...mesh.problems, ...all.flatMap(({ problems }) => problems)],
    }
  }

  /** Adds the files over a mesh, and reports what is known after reading everything. */
  async finish(under: ReadMesh): Promise<ReadMesh> {
    const { over, renders } = this.#request
    // Files over a mesh may be files of the mesh too.
    const files = over.length === 0 ? [] : [await this.#read(over, [], undefined)]
    const all = [...files, ...(renders?.over ? [await this.#rendered()] : [])]
    const problems = [...under.problems, ...all.flatMap((each) => each.problems), ...this.#exclusions.problems()]
    return { ...under, ...(all.length > 0 && { over: all.flatMap(({ documents }) => documents) }), problems }
  }
}

/**
 * Reads a live cluster and its remote clusters. Their connections stay open.
 * @throws UserError when there is no cluster, LiveError
 */
export async function openCluster(
  request: InputRequest,
  cluster: ClusterRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
): Promise<LiveMesh> {
  // Loaded only if there is a cluster to read.
  const { readLive } = await import('./live/mesh.ts')
  const mesh = await readLive(request, cluster, requirements, reporter)
  if (mesh) return mesh
  const kubeconfig = 'a cluster needs a kubeconfig: -c, KUBECONFIG or ~/.kube/config'
  if (request.over.length > 0) {
    throw new UserError(
      '-k: there is no cluster to apply the files to',
      `${kubeconfig}; for a kustomize folder: kubectl kustomize FOLDER | vipctl COMMAND -f -`,
    )
  }
  throw new UserError(
    'no input: neither files nor a cluster',
    `-f, --filename PATH reads files, or - standard input; ${kubeconfig}`,
  )
}

/** Adds the files of remote clusters to what was read from live clusters. */
async function withRemoteFiles(
  live: Omit<LiveMesh, 'close'>,
  request: InputRequest,
  reader: FileReader,
): Promise<ReadMesh> {
  const files = await reader.read([], request.remotes)
  return {
    documents: [...live.documents, ...live.certificates.documents, ...files.documents],
    problems: [...live.problems, ...files.problems],
    gaps: live.gaps,
    clusterId: live.clusterId,
    remotes: [...new Set([...live.remotes, ...files.remotes])],
    namespace: request.namespace || live.namespace,
    certificates: live.certificates.answered,
  }
}

/** Adds all files of the request to what was read from live clusters. */
export async function withFiles(
  live: Omit<LiveMesh, 'close'>,
  request: InputRequest,
  reporter: Reporter,
): Promise<ReadMesh> {
  const reader = new FileReader(request, reporter)
  return reader.finish(await withRemoteFiles(live, request, reader))
}

/**
 * Reads files, a cluster, or files over either, without reporting their problems.
 * @throws UserError when there is no input, LiveError
 */
export async function read(
  request: InputRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
): Promise<ReadMesh> {
  const { mesh, remotes } = request
  if (mesh.kind === 'files') {
    const reader = new FileReader(request, reporter)
    return reader.finish(await reader.withRendered(await reader.read(mesh.paths, remotes)))
  }
  const live = await openCluster(request, mesh.cluster, requirements, reporter)
  live.close()
  return withFiles(live, request, reporter)
}

const DEFAULT_NAMESPACE = 'default'

/** The namespace of objects and proxies without one. */
export const namespaceOf = ({ namespace }: ReadMesh): string => namespace || DEFAULT_NAMESPACE

/** How to type documents, except for the mesh configuration. */
export function snapshotOptions(
  { clusterId, remotes, namespace, over, certificates }: ReadMesh,
  { istiod: { meshConfig: _, ...istiod }, assume: stated, memory }: InputRequest,
): SnapshotOptions {
  const assume = certificates?.size ? { ...(stated ?? ASSUMED_OF_FILES), answered: certificates } : stated
  return { clusterId, remotes, defaultNamespace: namespace, over, assume, memory, ...istiod }
}
