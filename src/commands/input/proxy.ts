/** From the proxy options to what one proxy sees. */
import { notModelledClusters } from '../../findings/clusters/index.ts'
import { computeMesh, computeProxy, computeProxyView, type Mesh } from '../../pipeline.ts'
import { checkMetadata, type Metadata } from '../../proxy/metadata.ts'
import { type Node, parseNode } from '../../proxy/node.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { type SelectedNode, selectNode, syntheticNode } from '../../proxy/select.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { viewOf } from '../../scope/build.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { SourceDocument } from '../../sources/document.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { checkStdin, loadInput, readSingleDocument } from './load.ts'
import type { ProxyOptions } from './options.ts'

const DEFAULT_NAMESPACE = 'default'

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
}

/** Finds the node that the options name in a mesh. */
type NodeChooser = (snapshot: Snapshot) => SelectedNode

/** What only some commands have. */
export interface Extras {
  /** The resolver's search domains, over those of the proxy. */
  readonly search?: readonly string[] | undefined
  /** Another path that may be standard input. */
  readonly path?: string | undefined
}

async function nodeChooser(options: ProxyOptions, session: Session): Promise<NodeChooser> {
  const namespace = options.namespace || DEFAULT_NAMESPACE
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
function withMetadata(node: Node, options: ProxyOptions, search: readonly string[] | undefined): Node {
  const metadata = new Map([...node.metadata, ...(options.meta ?? [])])
  checkMetadata(metadata)
  return { ...node, metadata, ...(search && search.length > 0 && { search }) }
}

async function warnOfUnknownCluster(proxy: Proxy, snapshot: Snapshot, session: Session): Promise<void> {
  const ids = snapshot.clusters.map(({ id }) => id)
  if (ids.includes(proxy.clusterId)) return
  await session.warn(
    `the proxy's cluster ${JSON.stringify(proxy.clusterId)} is none of the input: ${ids.join(', ')}`,
    '--cluster-id names the local cluster, --remote ID=PATH adds others, --meta CLUSTER_ID=ID changes the proxy',
  )
}

/**
 * Reads the mesh and takes the view of the proxy that the options name.
 * @throws UsageError, ProxyError
 */
export async function loadProxyView(options: ProxyOptions, session: Session, extras: Extras = {}): Promise<ProxyInput> {
  if (options.node !== undefined && options.proxy !== undefined) {
    throw new UsageError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
  checkStdin(options, options.node, extras.path)
  const { documents, snapshot } = await loadInput(options, session)
  const choose = await nodeChooser(options, session)
  const { node, problems } = choose(snapshot)
  await session.report(problems)
  const mesh = computeMesh(snapshot)
  await session.report(notModelledClusters(mesh.registry))
  const proxy = computeProxy(mesh, withMetadata(node, options, extras.search))
  await warnOfUnknownCluster(proxy, snapshot, session)

  function viewIn(changed: Snapshot, metadata: Metadata): ProxyView {
    const own = withMetadata(choose(changed).node, options, extras.search)
    return computeProxyView(computeMesh(changed), { ...own, metadata: new Map([...own.metadata, ...metadata]) })
  }
  return { documents, mesh, proxy, view: viewOf(proxy, mesh.scope), viewIn }
}

/** `synthetic sidecar in namespace default, cluster east, DNS capture on` */
export function proxyText({ proxy, mesh }: ProxyInput): string {
  const cluster = mesh.snapshot.clusters.length > 1 ? [`cluster ${proxy.clusterId}`] : []
  const capture = `DNS capture ${proxy.dnsCapture ? 'on' : 'off'}`
  return [proxy.description, ...cluster, capture].join(', ')
}
