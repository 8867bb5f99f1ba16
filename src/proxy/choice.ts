/** Which proxy looks at a mesh. */
import type { Snapshot } from '../resources/snapshot.ts'
import { checkMetadata, type Metadata } from './metadata.ts'
import type { Node } from './node.ts'
import { type SelectedNode, selectNode, syntheticNode } from './select.ts'

const DEFAULT_NAMESPACE = 'default'

/** A proxy that describes itself, else a workload of the input, else a synthetic sidecar of a namespace. */
export interface ProxyChoice {
  /** What the proxy says of itself when it connects. */
  readonly node?: Node | undefined
  /** A workload of the input, `[[CLUSTER/]TYPE/]NAME[.NAMESPACE]`. */
  readonly proxy?: string | undefined
  /** Of a workload whose name has none, and of a synthetic sidecar; `default` when absent. */
  readonly namespace?: string | undefined
}

/**
 * The node of a chosen proxy, with what is to be reported about how it was found.
 * @throws ProxyError when the input has no such workload, with the nearest ones
 */
export function chooseNode({ node, proxy, namespace }: ProxyChoice, snapshot: Snapshot): SelectedNode {
  if (node !== undefined) return { node, problems: [] }
  const where = namespace || DEFAULT_NAMESPACE
  return proxy === undefined
    ? { node: syntheticNode(where, snapshot), problems: [] }
    : selectNode(proxy, where, snapshot)
}

/** What applies over what a proxy says of itself. */
export interface NodeOverrides {
  readonly metadata?: Metadata | undefined
  /** Search domains of the resolver; those of the proxy when there are none. */
  readonly search?: readonly string[] | undefined
}

/**
 * The node with other metadata and search domains.
 * @throws ProxyError for metadata that no proxy can have
 */
export function withOverrides(node: Node, { metadata: over = new Map(), search = [] }: NodeOverrides): Node {
  const metadata = new Map([...node.metadata, ...over])
  checkMetadata(metadata)
  return { ...node, metadata, ...(search.length > 0 && { search }) }
}
