/** From a request to the view of one proxy. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { exhaustionOf, exhaustionText } from '../allocation/exhaustion.ts'
import { notModelledClusters } from '../findings/clusters/index.ts'
import type { Reads } from '../kinds/index.ts'
import { computeMesh, computeProxy, computeProxyView, type Mesh } from '../pipeline.ts'
import { chooseNode, withOverrides } from '../proxy/choice.ts'
import { ProxyError } from '../proxy/error.ts'
import type { Metadata } from '../proxy/metadata.ts'
import { type Node, parseNode } from '../proxy/node.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { SelectedNode } from '../proxy/select.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { viewOf } from '../scope/build.ts'
import type { ProxyView } from '../scope/view.ts'
import type { SourceDocument } from '../sources/document.ts'
import { readSingleDocument } from './files/single-document.ts'
import { type Loaded, load } from './load.ts'
import type { Reporter } from './reporter.ts'
import type { ProxyRequest, StatedPlace, ViewRequest } from './request.ts'
import { underOwnIstiod } from './revision.ts'
import { reportSkew } from './skew.ts'

/** A mesh and the view of one proxy. */
export interface LoadedView {
  /** All documents of the mesh. */
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  readonly proxy: Proxy
  readonly view: ProxyView
  /** The same proxy's views of a changed mesh, by node metadata that overrides the proxy's own. */
  viewIn(snapshot: Snapshot): (metadata: Metadata) => ProxyView
  /** The same proxy without the files over the mesh; undefined without such files, or if not required. */
  readonly before: ViewBefore | undefined
}

/** A mesh without the files over it, and a proxy's view of it. */
export interface ViewBefore {
  readonly mesh: Mesh
  readonly view: ProxyView
}

/** Finds the node of a request in a mesh. */
export type NodeChooser = (snapshot: Snapshot) => SelectedNode

export interface ViewRequirements {
  /** How much to read from a live cluster; `configuration` by default. */
  readonly reads?: Reads
  /** Whether the mesh without the files over it is needed too. */
  readonly before?: boolean
}

/**
 * How a request selects a node: from a file, from the input, or a synthetic one.
 * @param place the base of relative paths
 * @param namespace for a proxy without one
 */
export async function nodeChooser(
  { node: file, proxy }: ProxyRequest,
  place: StatedPlace,
  namespace: string,
  reporter: Reporter,
): Promise<NodeChooser> {
  if (file !== undefined) {
    const document = await readSingleDocument(file, '--node', place, reporter)
    const node = parseNode(document.value, `proxy of ${document.file.name}`)
    return (snapshot) => chooseNode({ node }, snapshot)
  }
  return (snapshot) => chooseNode({ proxy, namespace }, snapshot)
}

/** Warns about a proxy whose cluster was not read. */
export async function warnOfUnknownCluster(proxy: Proxy, snapshot: Snapshot, reporter: Reporter): Promise<void> {
  const ids = snapshot.clusters.map(({ id }) => id)
  if (ids.includes(proxy.clusterId)) return
  await reporter.warn(
    `the proxy's cluster ${JSON.stringify(proxy.clusterId)} is not in the input: ${ids.join(', ')}`,
    '--cluster-id names the local cluster, --remote ID=PATH adds others, --meta CLUSTER_ID=ID changes the proxy',
  )
}

/** Warns about hosts without an address because the range is exhausted. */
export async function warnOfExhaustion(registry: AllocatedRegistry, reporter: Reporter): Promise<void> {
  for (const exhaustion of exhaustionOf(registry)) await reporter.warn(exhaustionText(exhaustion))
}

/**
 * Reads the mesh, and computes the view of the proxy in a request.
 * @throws UserError, LiveError, ProxyError
 */
export async function loadView(
  request: ViewRequest,
  reporter: Reporter,
  requirements: ViewRequirements = {},
): Promise<LoadedView> {
  const { input, proxy } = request
  const { reads = 'configuration', before } = requirements
  const loaded = await load(input, reporter, { reads, before, proxy: proxy.proxy })
  return viewOfLoaded(loaded, await nodeChooser(proxy, input, loaded.namespace, reporter), request, reporter)
}

/**
 * Computes the view of a proxy in a mesh that was read.
 * @throws ProxyError
 */
export async function viewOfLoaded(
  given: Loaded,
  choose: NodeChooser,
  { input, proxy }: ViewRequest,
  reporter: Reporter,
): Promise<LoadedView> {
  const loaded = await underOwnIstiod(given, choose, input, reporter)
  const { problems } = choose(loaded.snapshot)
  await reporter.report(problems)
  const mesh = computeMesh(loaded.snapshot)
  await reporter.report(notModelledClusters(mesh.registry))
  return viewInMesh(mesh, loaded, choose, proxy, reporter)
}

/**
 * Computes the view of one of several proxies in a computed mesh.
 * @throws ProxyError
 */
export async function viewInMesh(
  mesh: Mesh,
  { documents, snapshot, before }: Pick<Loaded, 'documents' | 'snapshot' | 'before'>,
  choose: NodeChooser,
  request: ProxyRequest,
  reporter: Reporter,
): Promise<LoadedView> {
  const { node } = choose(snapshot)
  const proxy = computeProxy(mesh, withOverrides(node, request))
  await warnOfUnknownCluster(proxy, snapshot, reporter)
  await reportSkew(proxy, snapshot.release, reporter)
  const view = viewOf(proxy, mesh.scope)
  if (view.usesVips) await warnOfExhaustion(mesh.registry, reporter)

  function viewIn(changed: Snapshot): (metadata: Metadata) => ProxyView {
    const own = withOverrides(choose(changed).node, request)
    const changedMesh = computeMesh(changed, undefined, mesh)
    return (metadata) => computeProxyView(changedMesh, { ...own, metadata: new Map([...own.metadata, ...metadata]) })
  }

  /** A workload that only the files have is treated as if it had existed before. */
  function nodeBefore(old: Snapshot): Node {
    try {
      return choose(old).node
    } catch (error) {
      if (error instanceof ProxyError) return node
      throw error
    }
  }

  function viewBefore(old: Snapshot): ViewBefore {
    const oldMesh = computeMesh(old)
    return { mesh: oldMesh, view: computeProxyView(oldMesh, withOverrides(nodeBefore(old), request)) }
  }
  return { documents, mesh, proxy, view, viewIn, before: before && viewBefore(before) }
}
