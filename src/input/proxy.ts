/** From the proxy options to what one proxy sees. */

import type { ProxyOptions } from '../commands/input-options.ts'
import type { Session } from '../commands/session.ts'
import { UserError } from '../common/errors.ts'
import { notModelledClusters } from '../findings/clusters/index.ts'
import type { Reads } from '../kinds/index.ts'
import { computeMesh, computeProxy, computeProxyView, type Mesh } from '../pipeline.ts'
import { ProxyError } from '../proxy/error.ts'
import { checkMetadata, type Metadata } from '../proxy/metadata.ts'
import { type Node, parseNode } from '../proxy/node.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { type SelectedNode, selectNode, syntheticNode } from '../proxy/select.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { viewOf } from '../scope/build.ts'
import type { ProxyView } from '../scope/view.ts'
import type { SourceDocument } from '../sources/document.ts'
import { warnOfExhaustion } from './exhaustion.ts'
import { checkStdin, type Input, loadInput, readSingleDocument } from './load.ts'

export interface ProxyInput {
  /** All that was read of the mesh. */
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  readonly proxy: Proxy
  readonly view: ProxyView
  /**
   * What the same proxy sees of a changed mesh.
   * @param metadata node metadata that counts over the proxy's own
   */
  viewIn(snapshot: Snapshot, metadata: Metadata): ProxyView
  /** The same proxy without the files over the mesh; undefined without such files, and where nobody asked for it. */
  readonly before: BeforeFiles | undefined
}

/** A mesh without the files that are laid over it, and what a proxy sees of it. */
export interface BeforeFiles {
  readonly mesh: Mesh
  readonly view: ProxyView
}

/** Finds the node that the options name in a mesh. */
export type NodeChooser = (snapshot: Snapshot) => SelectedNode

/** What only some commands have. */
export interface Extras {
  /** The resolver's search domains, over those of the proxy. */
  readonly search?: readonly string[] | undefined
  /** Another path that may be standard input. */
  readonly path?: string | undefined
  /** How much of a live cluster is read; `configuration` when absent. */
  readonly reads?: Reads
  /** Whether the mesh without the files over it is wanted too. */
  readonly before?: boolean
}

/** How the options choose a node: of a file, of the input, or a synthetic one. */
export async function nodeChooser(options: ProxyOptions, namespace: string, session: Session): Promise<NodeChooser> {
  if (options.node !== undefined) {
    const document = await readSingleDocument(options.node, '--node', session)
    const node = parseNode(document.value, `proxy of ${document.file.name}`)
    return () => ({ node, problems: [] })
  }
  const { proxy } = options
  if (proxy !== undefined) return (snapshot) => selectNode(proxy, namespace, snapshot)
  return (snapshot) => ({ node: syntheticNode(namespace, snapshot), problems: [] })
}

/** The node with the metadata of `--meta` over its own. */
export function withMetadata(node: Node, options: ProxyOptions, search: readonly string[] | undefined): Node {
  const metadata = new Map([...node.metadata, ...(options.meta ?? [])])
  checkMetadata(metadata)
  return { ...node, metadata, ...(search && search.length > 0 && { search }) }
}

export async function warnOfUnknownCluster(proxy: Proxy, snapshot: Snapshot, session: Session): Promise<void> {
  const ids = snapshot.clusters.map(({ id }) => id)
  if (ids.includes(proxy.clusterId)) return
  await session.warn(
    `the proxy's cluster ${JSON.stringify(proxy.clusterId)} is none of the input: ${ids.join(', ')}`,
    '--cluster-id names the local cluster, --remote ID=PATH adds others, --meta CLUSTER_ID=ID changes the proxy',
  )
}

/**
 * Reads the mesh and takes the view of the proxy that the options name.
 * @throws UserError, ProxyError
 */
export async function loadProxyView(options: ProxyOptions, session: Session, extras: Extras = {}): Promise<ProxyInput> {
  checkProxyOptions(options, extras)
  const wants = { reads: extras.reads ?? 'configuration', proxy: options.proxy, before: extras.before }
  const input = await loadInput(options, session, wants)
  return proxyViewOf(input, await nodeChooser(options, input.namespace, session), options, session, extras)
}

/** @throws UserError when the options contradict each other */
export function checkProxyOptions(options: ProxyOptions, extras: Extras = {}): void {
  if (options.node !== undefined && options.proxy !== undefined) {
    throw new UserError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
  checkStdin(options, options.node, extras.path)
}

/**
 * Takes the view of a proxy in a mesh that was read.
 * @throws ProxyError
 */
export async function proxyViewOf(
  input: Input,
  choose: NodeChooser,
  options: ProxyOptions,
  session: Session,
  extras: Extras = {},
): Promise<ProxyInput> {
  const { problems } = choose(input.snapshot)
  await session.report(problems)
  const mesh = computeMesh(input.snapshot)
  await session.report(notModelledClusters(mesh.registry))
  return proxyViewIn(mesh, input, choose, options, session, extras)
}

/**
 * Takes the view of one of several proxies in a mesh that was computed.
 * @throws ProxyError
 */
export async function proxyViewIn(
  mesh: Mesh,
  { documents, snapshot, before }: Pick<Input, 'documents' | 'snapshot' | 'before'>,
  choose: NodeChooser,
  options: ProxyOptions,
  session: Session,
  extras: Extras = {},
): Promise<ProxyInput> {
  const { node } = choose(snapshot)
  const proxy = computeProxy(mesh, withMetadata(node, options, extras.search))
  await warnOfUnknownCluster(proxy, snapshot, session)
  const view = viewOf(proxy, mesh.scope)
  if (view.usesVips) await warnOfExhaustion(mesh.registry, session)

  function viewIn(changed: Snapshot, metadata: Metadata): ProxyView {
    const own = withMetadata(choose(changed).node, options, extras.search)
    return computeProxyView(computeMesh(changed), { ...own, metadata: new Map([...own.metadata, ...metadata]) })
  }

  /** A workload that only the files have is looked at as if it had been there already. */
  function nodeBefore(old: Snapshot): Node {
    try {
      return choose(old).node
    } catch (error) {
      if (error instanceof ProxyError) return node
      throw error
    }
  }

  function viewBefore(old: Snapshot): BeforeFiles {
    const oldMesh = computeMesh(old)
    return { mesh: oldMesh, view: computeProxyView(oldMesh, withMetadata(nodeBefore(old), options, extras.search)) }
  }
  return {
    documents,
    mesh,
    proxy,
    view,
    viewIn,
    before: before && viewBefore(before),
  }
}

/** `synthetic sidecar in namespace default, cluster east, DNS capture on` */
export function proxyText({ proxy, mesh }: ProxyInput): string {
  const cluster = mesh.snapshot.clusters.length > 1 ? [`cluster ${proxy.clusterId}`] : []
  const capture = `DNS capture ${proxy.dnsCapture ? 'on' : 'off'}`
  return [proxy.description, ...cluster, capture].join(', ')
}
