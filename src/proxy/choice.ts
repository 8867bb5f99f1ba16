/** Which proxy to compute for. */
import type { Snapshot } from '../resources/snapshot.ts'
import { checkMetadata, type Metadata } from './metadata.ts'
import type { Node } from './node.ts'
import { revisionOfInjection, revisionOfNode } from './revision.ts'
import { type SelectedNode, selectNode, syntheticNode } from './select.ts'

const DEFAULT_NAMESPACE = 'default'

/** A proxy that describes itself, otherwise a workload of the input, otherwise a synthetic sidecar in a namespace. */
export interface ProxyChoice {
  /** The node that the proxy sends when it connects. */
  readonly node?: Node | undefined
  /** A workload of the input, `[[CLUSTER/]TYPE/]NAME[.NAMESPACE]`. */
  readonly proxy?: string | undefined
  /** The namespace of a synthetic sidecar, or of a workload without one in its name; `default` when absent. */
  readonly namespace?: string | undefined
}

/**
 * The node of a chosen proxy, with messages about how it was found.
 * @throws ProxyError when the input has no such workload; suggests similar names
 */
export function chooseNode({ node, proxy, namespace }: ProxyChoice, snapshot: Snapshot): SelectedNode {
  if (node !== undefined) return { node, problems: [], revision: revisionOfNode(node) }
  const where = namespace || DEFAULT_NAMESPACE
  if (proxy !== undefined) return selectNode(proxy, where, snapshot)
  const revision = revisionOfInjection({ clusterId: snapshot.clusters[0].id, namespace: where }, snapshot)
  return { node: syntheticNode(where, snapshot), problems: [], revision }
}

/** Overrides of a proxy's own settings. */
export interface NodeOverrides {
  readonly metadata?: Metadata | undefined
  /** Search domains of the resolver; empty to use the proxy's. */
  readonly search?: readonly string[] | undefined
}

/**
 * The node with overridden metadata and search domains.
 * @throws ProxyError for invalid metadata
 */
export function withOverrides(node: Node, { metadata: over = new Map(), search = [] }: NodeOverrides): Node {
  const metadata = new Map([...node.metadata, ...over])
  checkMetadata(metadata)
  return { ...node, metadata, ...(search.length > 0 && { search }) }
}
