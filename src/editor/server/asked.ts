import type { TextDocumentIdentifier } from 'vscode-languageserver/node'
import type { Asked } from '../features/pointed.ts'
import { meshIndexOf } from '../meaning/mesh-index.ts'
import type { EditorState } from './state.ts'
import { pathOfUri } from './uris.ts'

/** The mesh that a document belongs to; undefined if nothing is known about it. */
export async function askedOf(
  { documents, workspaces, positions }: Pick<EditorState, 'documents' | 'workspaces' | 'positions'>,
  { uri }: TextDocumentIdentifier,
): Promise<Asked | undefined> {
  const path = pathOfUri(uri)
  const workspace = path === undefined ? undefined : workspaces.of(path)
  if (path === undefined || !workspace) return undefined
  const { meshes } = await workspace.result()
  const { project } = workspace
  const name = project.nameOf(path)
  // Of several environments with the file, the first one.
  const checked = meshes.find(({ loaded }) => meshIndexOf(loaded.snapshot).ofFile(name).length > 0) ?? meshes[0]
  return checked && { path, checked, meshes, shown: documents.shown(project, positions) }
}
