/** From the proxy options to what one proxy sees. */
import { computeMesh, computeProxy, type Mesh } from '../../pipeline.ts'
import { checkMetadata } from '../../proxy/metadata.ts'
import { type Node, parseNode } from '../../proxy/node.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { selectNode, syntheticNode } from '../../proxy/select.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { viewOf } from '../../scope/build.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { checkStdin, loadSnapshot, readSingleDocument } from './load.ts'
import type { ProxyOptions } from './options.ts'

const DEFAULT_NAMESPACE = 'default'

export interface ProxyInput {
  readonly mesh: Mesh
  readonly proxy: Proxy
  readonly view: ProxyView
}

/** What only some commands have. */
export interface Extras {
  /** The resolver's search domains, over those of the proxy. */
  readonly search?: readonly string[] | undefined
  /** Another path that may be standard input. */
  readonly path?: string | undefined
}

async function chooseNode(options: ProxyOptions, snapshot: Snapshot, session: Session): Promise<Node> {
  const namespace = options.namespace || DEFAULT_NAMESPACE
  if (options.node !== undefined) {
    const document = await readSingleDocument(options.node, '--node', session)
    return parseNode(document.value, `proxy of ${document.file.name}`)
  }
  if (options.proxy === undefined) return syntheticNode(namespace, snapshot)
  const { node, problems } = selectNode(options.proxy, namespace, snapshot)
  await session.report(problems)
  return node
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
 * @throws UsageError, JoinError, ProxyError
 */
export async function loadProxyView(options: ProxyOptions, session: Session, extras: Extras = {}): Promise<ProxyInput> {
  if (options.node !== undefined && options.proxy !== undefined) {
    throw new UsageError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
  checkStdin(options, options.node, extras.path)
  const snapshot = await loadSnapshot(options, session)
  const node = withMetadata(await chooseNode(options, snapshot, session), options, extras.search)
  const mesh = computeMesh(snapshot)
  const proxy = computeProxy(mesh, node)
  await warnOfUnknownCluster(proxy, snapshot, session)
  return { mesh, proxy, view: viewOf(proxy, mesh.scope) }
}

/** `synthetic sidecar in namespace default, cluster east, DNS capture on` */
export function proxyText({ proxy, mesh }: ProxyInput): string {
  const cluster = mesh.snapshot.clusters.length > 1 ? [`cluster ${proxy.clusterId}`] : []
  const capture = `DNS capture ${proxy.dnsCapture ? 'on' : 'off'}`
  return [proxy.description, ...cluster, capture].join(', ')
}
