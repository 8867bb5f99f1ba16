/** The stages in order, on one screen: each is a pure function of the previous one. */
import { allocate } from './allocation/allocate.ts'
import type { GivenAddresses } from './allocation/allocation.ts'
import { appendAll } from './common/collections.ts'
import type { Memory } from './common/memory.ts'
import { derive } from './derivation/derive.ts'
import type { DerivedRegistry } from './derivation/derived.ts'
import { buildNameTable, type NameTable } from './dns/name-table.ts'
import { chooseNode, type NodeOverrides, type ProxyChoice, withOverrides } from './proxy/choice.ts'
import { buildProxy, type Node } from './proxy/node.ts'
import type { Proxy } from './proxy/proxy.ts'
import { buildRegistry } from './registry/build.ts'
import type { Snapshot } from './resources/snapshot.ts'
import { viewOf } from './scope/build.ts'
import { buildScopeContext, type ScopeContext } from './scope/context.ts'
import type { ProxyView } from './scope/view.ts'
import type { SourceDocument, SourceFile } from './sources/document.ts'
import { type ParsedFile, parseDocuments } from './sources/index.ts'
import { FileVersions } from './sources/versions.ts'

/**
 * Reads manifests. Never throws on their content.
 * @param files YAML or JSON texts, with the names that problems and locations use
 * @param cluster the ID of the remote cluster that has these objects; '' for the config cluster
 * @param memory keeps the documents of texts that do not change; one call with it reads all files of a cluster
 * @returns the documents that could be read, and the problems with the others
 */
export function parseManifests(files: readonly SourceFile[], cluster = '', memory?: Memory): ParsedFile {
  const versions = memory?.own(FileVersions)
  versions?.begin(cluster)
  const parsed = files.map((file) => versions?.parse(file, cluster) ?? parseDocuments(file, cluster))
  // flatMap takes longer than everything else if little has changed.
  const documents: SourceDocument[] = []
  for (const file of parsed) appendAll(documents, file.documents)
  return { documents, problems: parsed.flatMap(({ problems }) => problems) }
}

/** What all proxies of a mesh share. */
export interface Mesh {
  /** Every object that istiod accepts, typed. */
  readonly snapshot: Snapshot
  /** Services, endpoints, automatic addresses, and the configuration that istiod makes of other objects. */
  readonly registry: DerivedRegistry
  /** Which proxies see what. */
  readonly scope: ScopeContext
}

/**
 * Snapshot to registry to addresses to derived configuration to visibility.
 * @param given automatic addresses that entries have, as if they were stored in their status
 * @param like a mesh with largely the same objects; what is the same is used again, so that both take less memory
 */
export function computeMesh(snapshot: Snapshot, given?: GivenAddresses, like?: Mesh): Mesh {
  const registry = derive(allocate(buildRegistry(snapshot, like?.registry), given))
  return { snapshot, registry, scope: buildScopeContext(registry) }
}

/** @throws ProxyError when the node is invalid */
export function computeProxy(mesh: Mesh, node: Node): Proxy {
  return buildProxy(node, mesh.snapshot)
}

/**
 * What one proxy sees: the only input of the name table and of Envoy's resources.
 * @throws ProxyError when the node is invalid
 */
export function computeProxyView(mesh: Mesh, node: Node): ProxyView {
  return viewOf(computeProxy(mesh, node), mesh.scope)
}

/**
 * What a chosen proxy sees; without a choice, a synthetic sidecar in namespace `default`.
 * @throws ProxyError when the input has no such proxy, or when its metadata is invalid
 */
export function proxyView(mesh: Mesh, choice: ProxyChoice & NodeOverrides = {}): ProxyView {
  return computeProxyView(mesh, withOverrides(chooseNode(choice, mesh.snapshot).node, choice))
}

/** The names that istiod sends to the proxy, with their addresses; empty for a proxy without DNS capture. */
export function computeNameTable(view: ProxyView): NameTable {
  return buildNameTable(view)
}
