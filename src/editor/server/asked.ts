import type { TextDocumentIdentifier } from 'vscode-languageserver/node'
import type { Asked } from '../features/pointed.ts'
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
  const { checked } = await workspace.result()
  return checked && { path, checked, shown: documents.shown(workspace.project, positions) }
}
