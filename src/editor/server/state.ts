/** What the server knows about its editor: open documents, folders and settings. Events keep a copy in a second thread up to date. */
import type {
  DidChangeTextDocumentParams,
  DidOpenTextDocumentParams,
  TextDocumentIdentifier,
} from 'vscode-languageserver/node'
import { type PositionEncoding, Positions } from '../text/positions.ts'
import type { OpenProject, ProjectSettings } from '../workspace/project.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { Workspaces } from '../workspace/workspaces.ts'
import { Documents } from './documents.ts'
import { pathOfUri } from './uris.ts'

/** A change of the state; plain data, so that it can be sent to a thread. */
export type StateEvent =
  | { readonly kind: 'open'; readonly params: DidOpenTextDocumentParams }
  | { readonly kind: 'change'; readonly params: DidChangeTextDocumentParams }
  | { readonly kind: 'close'; readonly document: TextDocumentIdentifier }
  | { readonly kind: 'stored'; readonly uri: string; readonly what: 'content' | 'existence' }
  | { readonly kind: 'folders'; readonly added: readonly string[]; readonly removed: readonly string[] }
  | { readonly kind: 'settings'; readonly settings: ProjectSettings }

/** A state as plain data. */
export interface StateData {
  readonly encoding: PositionEncoding
  /** Absolute. */
  readonly folders: readonly string[]
  readonly settings: ProjectSettings
  readonly documents: readonly {
    readonly uri: string
    readonly version: number
    readonly text: string
    /** The last text that could be read; undefined if it is the same. */
    readonly sound: string | undefined
  }[]
}

export interface StateOptions {
  readonly openProject: OpenProject
  /** Is told what a check does next. */
  readonly onStep: (text: string) => void
  /** Is told about a workspace that is gone. */
  readonly onClose: (workspace: Workspace) => void
}

export class EditorState {
  readonly documents = new Documents()
  readonly workspaces: Workspaces
  positions = new Positions('utf-16')

  constructor({ openProject, onStep, onClose }: StateOptions) {
    this.workspaces = new Workspaces({ openProject, texts: this.documents.texts, onStep, onClose })
  }

  begin({ encoding, folders, settings, documents }: StateData): void {
    this.positions = new Positions(encoding)
    this.workspaces.configure(settings)
    for (const folder of folders) this.workspaces.addFolder(folder)
    for (const { uri, version, text, sound = text } of documents) {
      const textDocument = { uri, version, text: sound, languageId: '' }
      this.#open({ textDocument })
      if (sound === text) continue
      this.documents.change({ textDocument, contentChanges: [{ text }] }, this.positions)
    }
  }

  get data(): StateData {
    return {
      encoding: this.positions.encoding,
      folders: this.workspaces.folders,
      settings: this.workspaces.settings,
      documents: this.documents.all.map(({ uri, version, file, sound }) => ({
        uri,
        version,
        text: file.text,
        sound: sound.text === file.text ? undefined : sound.text,
      })),
    }
  }

  /** @returns whether answers may have changed */
  apply(event: StateEvent): boolean {
    const isChange = this.#isChange(event)
    // Which workspaces read a text is known only to them.
    if (isChange) for (const workspace of this.workspaces.all) workspace.changed()
    return isChange
  }

  /** Looks for changed files. @returns whether there may be any */
  look(): boolean {
    const changed = this.workspaces.all.filter(({ project }) => project.refresh())
    for (const workspace of changed) workspace.changed()
    return changed.length > 0
  }

  #isChange(event: StateEvent): boolean {
    switch (event.kind) {
      case 'open':
        return this.#open(event.params)
      case 'change':
        return this.documents.change(event.params, this.positions) !== undefined
      case 'close':
        return this.#close(event.document)
      case 'stored':
        return this.#stored(event.uri, event.what)
      case 'folders':
        return this.#changeFolders(event)
      case 'settings':
        this.workspaces.configure(event.settings)
        return true
    }
  }

  #open(params: DidOpenTextDocumentParams): boolean {
    const document = this.documents.open(params)
    if (document) this.workspaces.openFile(document.path)
    return document !== undefined
  }

  #close(identifier: TextDocumentIdentifier): boolean {
    const document = this.documents.close(identifier)
    if (!document) return false
    this.workspaces.closeFile(document.path)
    return this.#stored(document.uri, 'content')
  }

  #stored(uri: string, what: 'content' | 'existence'): boolean {
    const path = pathOfUri(uri)
    if (path === undefined) return false
    for (const { project } of this.workspaces.all) project.changed(path, what)
    return true
  }

  #changeFolders({ added, removed }: Extract<StateEvent, { kind: 'folders' }>): boolean {
    for (const uri of removed) this.workspaces.removeFolder(pathOfUri(uri) ?? uri)
    for (const uri of added) this.workspaces.addFolder(pathOfUri(uri) ?? uri)
    for (const { path } of this.documents.all) this.workspaces.openFile(path)
    return true
  }
}
