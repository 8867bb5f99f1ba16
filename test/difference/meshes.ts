/** Two meshes as `vipctl diff` compares them, made of texts. */
import type { Memory } from '../../src/common/memory.ts'
import { keyOfEffect } from '../../src/difference/causes.ts'
import { diffMeshes } from '../../src/difference/diff-meshes.ts'
import type { Difference, InputChange, MeshSide } from '../../src/difference/model.ts'
import { ObjectDifference } from '../../src/difference/objects.ts'
import { computeMesh, parseManifests } from '../../src/pipeline.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { forEachObject, type RawObject } from '../../src/resources/intake/objects.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { SourceDocument, SourceFile } from '../../src/sources/document.ts'

export interface Setting {
  readonly env: ReadonlyMap<string, string>
  readonly memory?: Memory
}

function documentOf({ location, value }: RawObject): SourceDocument {
  const { file, cluster, start, end } = location.document
  return { file, cluster, start, end, value: value as SourceDocument['value'] }
}

export interface Side extends MeshSide {
  readonly snapshot: Snapshot
  readonly objects: readonly RawObject[]
}

function sideOf(documents: readonly SourceDocument[], { env, memory }: Setting): Side {
  const objects: RawObject[] = []
  forEachObject(documents, [], (object) => objects.push(object))
  const snapshot = buildSnapshot(documents, { istiodEnv: env, memory })
  return { snapshot, objects, scope: computeMesh(snapshot).scope, findings: [] }
}

export const sideOfFiles = (files: readonly SourceFile[], setting: Setting): Side =>
  sideOf(parseManifests(files, '', setting.memory).documents, setting)

/** The difference of two meshes, for all their proxies. */
export function differenceOf(before: Side, after: Side, setting: Setting): Difference {
  const objects = new ObjectDifference({
    before: { objects: before.objects, namespace: 'default' },
    after: { objects: after.objects, namespace: 'default' },
  })
  return diffMeshes({
    meshes: { before, after },
    changes: objects.changes,
    without: (undone: ReadonlySet<InputChange>) => sideOf(objects.without(undone).map(documentOf), setting),
    proxies: { capture: 'both', metadata: new Map(), namespace: undefined, chosen: undefined },
    hasTime: () => true,
  })
}

export const keysOf = ({ effects }: Difference): ReadonlySet<string> =>
  new Set(effects.map(({ effect }) => keyOfEffect(effect)))
