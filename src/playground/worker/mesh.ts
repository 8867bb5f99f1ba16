/** From the files of the page to a mesh and the view of its proxy. */
import { quoted, UserError } from '../../common/errors.ts'
import { Memory } from '../../common/memory.ts'
import { sidecarNamespaces } from '../../findings/lint/index.ts'
import { computeMesh, computeProxyView, type Mesh, parseManifests } from '../../pipeline.ts'
import { chooseNode, withOverrides } from '../../proxy/choice.ts'
import { ProxyError } from '../../proxy/error.ts'
import { versionNamed } from '../../releases/version.ts'
import { buildSnapshot, DEFAULT_CLUSTER_ID } from '../../resources/index.ts'
import { CONFIG_CLUSTER } from '../../resources/intake/intake.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { SourceDocument, SourceFile, SourceProblem } from '../../sources/document.ts'
import type { MeshRequest, Settings } from '../messages.ts'

export interface PageMesh {
  readonly settings: Settings
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  /** The proxy that applies, as in the setting. */
  readonly chosen: string
  /** Undefined if the input does not have the proxy; a problem says so. */
  readonly view: ProxyView | undefined
  readonly problems: readonly SourceProblem[]
}

/** Namespaces of Istio and Kubernetes themselves: examples are seldom about their workloads. */
const SYSTEM = /^(?:istio|kube)-/

/** The files of each cluster by its ID. */
function filesByCluster(
  files: readonly SourceFile[],
  { clusterId, remotes }: Settings,
): ReadonlyMap<string, readonly SourceFile[]> {
  const clusters = new Map<string, SourceFile[]>([[CONFIG_CLUSTER, []]])
  const folders: (readonly [id: string, path: string])[] = []
  for (const word of remotes.split(/[\s,]+/).filter((text) => text !== '')) {
    const [, id, path = ''] = /^([^=]+)=(.+)$/.exec(word) ?? []
    if (id === undefined) throw new UserError(`remote clusters: ${quoted(word)} is not of the form ID=FOLDER`)
    if (clusters.has(id) || id === (clusterId || DEFAULT_CLUSTER_ID)) {
      throw new UserError(`remote clusters: two clusters have the ID ${quoted(id)}`)
    }
    clusters.set(id, [])
    folders.push([id, path.replace(/\/$/, '')])
  }
  for (const file of files) {
    const [id] = folders.find(([, path]) => file.name === path || file.name.startsWith(`${path}/`)) ?? [CONFIG_CLUSTER]
    clusters.get(id)?.push(file)
  }
  return clusters
}

function defaultProxy(snapshot: Snapshot): string {
  const namespaces = sidecarNamespaces(snapshot)
  const first = namespaces.includes('default') ? 'default' : namespaces.find((name) => !SYSTEM.test(name))
  return `namespace ${first ?? 'default'}`
}

const captureOf = ({ capture }: Settings): ReadonlyMap<string, string> =>
  capture === 'mesh' ? new Map() : new Map([['DNS_CAPTURE', capture]])

/** @throws ProxyError when the input does not have the proxy */
function viewOf(mesh: Mesh, chosen: string, settings: Settings): ProxyView {
  const name = chosen.slice(chosen.indexOf(' ') + 1)
  const choice = chosen.startsWith('namespace ') ? { namespace: name } : { proxy: name }
  const { node } = chooseNode(choice, mesh.snapshot)
  return computeProxyView(mesh, withOverrides(node, { metadata: captureOf(settings) }))
}

/** Reads the files of the page again and again. What did not change since the last time is not computed again. */
export class MeshReader {
  #memory = new Memory()
  #options = ''

  /** @throws UserError when the settings contradict each other */
  read({ files, settings }: MeshRequest): PageMesh {
    const { version, clusterId, remotes } = settings
    // A memory follows one mesh, so other options need another one.
    const options = JSON.stringify([version, clusterId, remotes])
    if (options !== this.#options) this.#memory = new Memory()
    this.#options = options
    const memory = this.#memory
    const clusters = filesByCluster(files, settings)
    const parsed = [...clusters].map(([id, own]) => parseManifests(own, id, memory))
    const documents = parsed.flatMap((each) => each.documents)
    const ids = [...clusters.keys()].filter((id) => id !== CONFIG_CLUSTER)
    const istioVersion = version === '' ? undefined : versionNamed(version)
    const snapshot = buildSnapshot(documents, { memory, clusterId, remotes: ids, istioVersion })
    const mesh = computeMesh(snapshot)
    const chosen = settings.proxy === '' ? defaultProxy(snapshot) : settings.proxy
    const problems = [...parsed.flatMap((each) => each.problems), ...snapshot.problems]
    let view: ProxyView | undefined
    try {
      view = viewOf(mesh, chosen, settings)
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error
      problems.push({ severity: 'error', message: error.message, ...(error.hint && { hint: error.hint }) })
    }
    return { settings, documents, mesh, chosen, view, problems }
  }
}
