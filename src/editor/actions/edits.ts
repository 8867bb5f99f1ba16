/** Changes of manifests as edits of the editor's workspace. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ClientCapabilities,
  CreateFile,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node'
import { EditError, type EditedManifests, editManifests } from '../../findings/edits/index.ts'
import type { Change } from '../../findings/fixes/change.ts'
import { changeSet } from '../../findings/fixes/index.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { Shown } from '../workspace/shown.ts'

/** What the editor can do with an edit. */
export interface EditSupport {
  /** It checks the versions of documents. */
  readonly versions: boolean
  readonly createsFiles: boolean
}

export function editSupportOf({ workspace }: ClientCapabilities): EditSupport {
  const { workspaceEdit } = workspace ?? {}
  return {
    versions: workspaceEdit?.documentChanges === true,
    createsFiles: workspaceEdit?.resourceOperations?.includes('create') === true,
  }
}

interface FileEdit {
  readonly path: string
  readonly edits: readonly TextEdit[]
}

function edited(changes: readonly Change[], snapshot: Snapshot): EditedManifests | undefined {
  try {
    return editManifests(changeSet(changes), snapshot)
  } catch (error) {
    if (error instanceof EditError) return undefined
    throw error
  }
}

/** The edits of each file; undefined if the editor has another text of one of them. */
function fileEdits(
  { replaced }: EditedManifests,
  { project, positions, open }: Shown,
): readonly FileEdit[] | undefined {
  const out: FileEdit[] = []
  for (const [file, parts] of replaced) {
    const path = project.pathOf(file.name)
    const document = open(path)
    if (document && document.file.text !== file.text) return undefined
    const shownFile = document?.file ?? file
    out.push({
      path,
      edits: parts.map(({ start, end, text }) => ({
        range: positions.rangeOf(shownFile, { start, end }),
        newText: text,
      })),
    })
  }
  return out
}

/**
 * A workspace edit that makes changes.
 * @returns undefined if the text of the manifests does not allow it, or if the editor cannot make it
 */
export function workspaceEdit(
  changes: readonly Change[],
  snapshot: Snapshot,
  shown: Shown,
  support: EditSupport,
): WorkspaceEdit | undefined {
  const manifests = edited(changes, snapshot)
  const files = manifests && fileEdits(manifests, shown)
  if (!files) return undefined
  const { project, open, uriOf } = shown
  const { added } = manifests
  if (!support.versions) {
    if (added) return undefined
    return { changes: Object.fromEntries(files.map(({ path, edits }) => [uriOf(path), [...edits]])) }
  }
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = files.map(({ path, edits }) =>
    TextDocumentEdit.create({ uri: uriOf(path), version: open(path)?.version ?? null }, [...edits]),
  )
  if (added) {
    const path = join(project.folder, added.name)
    if (!support.createsFiles || existsSync(path)) return undefined
    const start = { line: 0, character: 0 }
    const edits = [{ range: { start, end: start }, newText: added.text }]
    documentChanges.push(
      CreateFile.create(uriOf(path)),
      TextDocumentEdit.create({ uri: uriOf(path), version: null }, edits),
    )
  }
  return { documentChanges }
}
