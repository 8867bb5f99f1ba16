/** Meshes and the conflicts of their sidecars. */

import { expect } from 'vitest'
import {
  type ConflictReport,
  findConflicts,
  findLosses,
  PortLosses,
  reachOf,
} from '../../src/findings/conflicts/index.ts'
import {
  type ConflictWithFixes,
  type FixKind,
  findFixes,
  type Recompute,
  type Recomputed,
} from '../../src/findings/fixes/index.ts'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import type { Node } from '../../src/proxy/node.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { MASTER } from '../../src/releases/version.ts'
import { buildSnapshot, type SnapshotOptions } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import { parseDocuments } from '../../src/sources/index.ts'

/** A mesh as one proxy sees it, with its conflicts. */
export interface Examined extends Recomputed {
  readonly snapshot: Snapshot
  readonly report: ConflictReport
  readonly recompute: Recompute
}

/** @param nodeIn the proxy, which may depend on the mesh configuration */
export function examine(snapshot: Snapshot, nodeIn: (snapshot: Snapshot) => Node): Examined {
  const recompute: Recompute = (changed) => {
    const node = nodeIn(changed)
    const mesh = computeMesh(changed)
    return (metadata) => {
      const view = computeProxyView(mesh, { ...node, metadata: new Map([...node.metadata, ...metadata]) })
      return { view, reach: reachOf(view) }
    }
  }
  const { view, reach } = recompute(snapshot)(new Map())
  return { snapshot, view, reach, report: findConflicts(view, reach), recompute }
}

/** The same for a sidecar in a namespace, and a mesh as text. */
export function examineText(text: string, namespace = 'default', options: SnapshotOptions = {}): Examined {
  const { documents } = parseDocuments({ name: 'mesh.yaml', text }, '')
  return examine(buildSnapshot(documents, { istioVersion: MASTER, ...options }), (snapshot) =>
    syntheticNode(namespace, snapshot),
  )
}

/** How often `fixesOf` compared losses from the touched ports with those of the whole mesh. */
export const comparisons = { count: 0 }

/** The fixes; expects that the losses of each change are the same from the touched ports as from the whole mesh. */
export function fixesOf(examined: Examined, kinds?: readonly FixKind[]): readonly ConflictWithFixes[] {
  const { view, reach, snapshot, report, recompute } = examined
  const ofPorts = PortLosses.of(view, reach)
  const comparing: Recompute = (changed) => {
    const seenWith = recompute(changed)
    return (metadata) => {
      const after = seenWith(metadata)
      if (ofPorts && metadata.size === 0 && changed.mesh === snapshot.mesh) {
        expect(ofPorts.in(after.view)).toEqual(findLosses(after.view, after.reach))
        comparisons.count++
      }
      return after
    }
  }
  return findFixes(examined, report, comparing, kinds)
}
