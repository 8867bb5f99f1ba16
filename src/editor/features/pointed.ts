/** What the editor's cursor is at. */
import type { Position } from 'vscode-languageserver/node'
import type { Resource } from '../../kinds/resource.ts'
import type { PathStep, SourceFile } from '../../sources/document.ts'
import { type Cursor, treesOf } from '../meaning/cursor.ts'
import { meshIndexOf, type PlacedMention } from '../meaning/mesh-index.ts'
import { movedBy } from '../text/moved.ts'
import type { Checked } from '../workspace/project.ts'
import type { Shown } from '../workspace/shown.ts'

/** A mesh, and how its places are shown. */
export interface Asked {
  /** Of the document. Absolute. */
  readonly path: string
  readonly checked: Checked
  /** Those of all environments that are checked. */
  readonly meshes: readonly Checked[]
  readonly shown: Shown
}

export interface Pointed {
  readonly resource: Resource
  /** From the object's root. */
  readonly path: readonly PathStep[]
  /** In the text of the mesh. */
  readonly cursor: Cursor
  readonly file: SourceFile
  /** What the value names. */
  readonly mentions: readonly PlacedMention[]
}

/** Istio also accepts `workload_selector` for `workloadSelector`; mentions have the latter. */
const fieldName = (step: PathStep): PathStep =>
  typeof step === 'string' ? step.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : step

/** The object and value at a position; undefined where no object is written, or where the text cannot be parsed. */
export function pointedAt({ path, checked, shown }: Asked, position: Position): Pointed | undefined {
  const index = meshIndexOf(checked.loaded.snapshot)
  const name = shown.project.nameOf(path)
  const file = index.ofFile(name)[0]?.location.document.file
  if (!file) return undefined
  const current = shown.open(path)?.file ?? file
  const offset = shown.positions.offsetAt(current, position)
  const inMesh = movedBy(current.text, file.text)({ start: offset, end: offset })
  const tree = inMesh && treesOf(file).at(inMesh.start)
  if (!tree) return undefined
  const cursor = tree.at(inMesh.start, file.text)
  const resource = index.resourceAt(name, tree, cursor.path)
  if (!resource) return undefined
  const own = cursor.path.slice(resource.location.path.length).map(fieldName)
  return { resource, path: own, cursor, file, mentions: index.mentionsAt(resource, own) }
}
