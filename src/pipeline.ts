/** The stages in order. Each is a pure function of the one before; everything that prints starts here. */
import { allocate } from './allocation/allocate.ts'
import type { AllocatedRegistry } from './allocation/allocation.ts'
import { buildNameTable, type NameTable } from './dns/name-table.ts'
import { buildProxy, type Node } from './proxy/node.ts'
import type { Proxy } from './proxy/proxy.ts'
import { buildRegistry } from './registry/build.ts'
import type { Snapshot } from './resources/snapshot.ts'
import { viewOf } from './scope/build.ts'
import { buildScopeContext, type ScopeContext } from './scope/context.ts'
import type { ProxyView } from './scope/view.ts'

/** What all proxies of a mesh share. */
export interface Mesh {
  readonly snapshot: Snapshot
  readonly registry: AllocatedRegistry
  readonly scope: ScopeContext
}

/** Snapshot to registry to addresses to visibility. */
export function computeMesh(snapshot: Snapshot): Mesh {
  const registry = allocate(buildRegistry(snapshot))
  return { snapshot, registry, scope: buildScopeContext(registry) }
}

/** @throws ProxyError when the node is bad */
export function computeProxy(mesh: Mesh, node: Node): Proxy {
  return buildProxy(node, mesh.snapshot)
}

/** What one proxy sees: the only input of the name table and of Envoy's resources. */
export function computeProxyView(mesh: Mesh, node: Node): ProxyView {
  return viewOf(computeProxy(mesh, node), mesh.scope)
}

export function computeNameTable(view: ProxyView): NameTable {
  return buildNameTable(view)
}
