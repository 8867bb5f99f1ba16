/** What the server does when a message of the editor arrives. */
import {
  CodeLensRefreshRequest,
  type Connection,
  type DidChangeWatchedFilesParams,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver/node'
import { SHOW_REFERENCES } from '../features/lenses.ts'
import { ENCODINGS, type PositionEncoding, Positions } from '../text/positions.ts'
import type { OpenProject } from '../workspace/project.ts'
import { Workspaces } from '../workspace/workspaces.ts'
import { capabilitiesOf } from './capabilities.ts'
import { Checker } from './checker.ts'
import { Documents } from './documents.ts'
import { FirstProgress } from './progress.ts'
import { Requests } from './requests.ts'
import { settingsOf } from './settings.ts'
import { pathOfUri } from './uris.ts'
import { poll, registerWatchers } from './watchers.ts'

export interface ServerOptions {
  readonly version: string
  readonly openProject: OpenProject
}

const SECTION = 'vipctl'

/** The first encoding of the editor's that the server knows. */
function encodingOf({ capabilities }: InitializeParams): PositionEncoding {
  const offered = capabilities.general?.positionEncodings ?? []
  return offered.flatMap((each) => ENCODINGS.filter((known) => known === each))[0] ?? 'utf-16'
}

function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.flatMap(({ uri }) => pathOfUri(uri) ?? [])
  return [pathOfUri(rootUri) ?? rootPath ?? []].flat()
}

/** Whether the editor says that it has the command of lenses: the extension for VS Code does. */
function hasCommand(options: unknown): boolean {
  const { commands } = (options ?? {}) as { readonly commands?: unknown }
  return Array.isArray(commands) && commands.includes(SHOW_REFERENCES)
}

export class Server {
  readonly #connection: Connection
  readonly #version: string
  readonly #documents = new Documents()
  readonly #workspaces: Workspaces
  readonly #checker: Checker
  #positions = new Positions('utf-16')
  #params: InitializeParams | undefined
  #polling: { stop(): void } | undefined
  readonly #progress: FirstProgress
  #isEnded = false
  isShutDown = false

  constructor(connection: Connection, { version, openProject }: ServerOptions) {
    this.#connection = connection
    this.#version = version
    this.#progress = new FirstProgress(connection)
    this.#workspaces = new Workspaces({
      openProject,
      texts: this.#documents.texts,
      onStep: (text) => this.#progress.report(text),
      onClose: (workspace) => this.#checker.forget(workspace),
    })
    this.#checker = new Checker({
      documents: this.#documents,
      positions: () => this.#positions,
      workspaces: () => this.#workspaces.all,
      version,
      publish: (params) => void connection.sendDiagnostics(params),
      say: (message) =>
        void connection.sendNotification(ShowMessageNotification.type, {
          type: MessageType.Warning,
          message: `vipctl: ${message}`,
        }),
      checked: () => this.#progress.done(),
      failed: (error) => this.#failed(error),
    })
    new Requests({
      documents: this.#documents,
      workspaces: this.#workspaces,
      positions: () => this.#positions,
      capabilities: () => this.#params?.capabilities ?? {},
      version,
      leadsOn: () => hasCommand(this.#params?.initializationOptions),
    }).listen(connection)
    this.#listen()
  }

  end(): void {
    this.#isEnded = true
    this.#polling?.stop()
    this.#checker.end()
  }

  #look(): void {
    const changed = this.#workspaces.all.filter(({ project }) => project.refresh())
    for (const workspace of changed) workspace.changed()
    if (changed.length > 0) this.#checker.schedule()
  }

  #failed(error: unknown): void {
    // Questions to an editor that has gone are not answered.
    if (this.#isEnded) return
    this.#connection.console.error(`internal error: ${error instanceof Error ? error.stack : String(error)}`)
  }

  #listen(): void {
    const connection = this.#connection
    connection.onInitialize((params) => this.#initialize(params))
    connection.onInitialized(() => void this.#initialized().catch((error) => this.#failed(error)))
    connection.onShutdown(() => {
      this.isShutDown = true
      this.end()
    })
    connection.onDidOpenTextDocument((params) => {
      const document = this.#documents.open(params)
      if (!document) return
      this.#workspaces.openFile(document.path)
      this.#changed()
    })
    connection.onDidChangeTextDocument((params) => {
      if (this.#documents.change(params, this.#positions)) this.#changed()
    })
    connection.onDidSaveTextDocument(({ textDocument }) => this.#stored(textDocument.uri, 'content'))
    connection.onDidCloseTextDocument(({ textDocument }) => {
      const document = this.#documents.close(textDocument)
      if (!document) return
      this.#workspaces.closeFile(document.path)
      this.#stored(document.uri, 'content')
    })
    connection.onDidChangeWatchedFiles((params) => this.#watched(params))
    connection.onDidChangeConfiguration(({ settings }) => {
      void this.#configure(settings).catch((error) => this.#failed(error))
    })
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#params = params
    this.#positions = new Positions(encodingOf(params))
    this.#workspaces.configure(settingsOf(params.initializationOptions))
    for (const folder of foldersOf(params)) this.#workspaces.addFolder(folder)
    return capabilitiesOf(this.#version, this.#positions.encoding)
  }

  async #initialized(): Promise<void> {
    const { workspace } = this.#params?.capabilities ?? {}
    if (workspace?.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.#workspaces.removeFolder(pathOfUri(uri) ?? uri)
        for (const { uri } of added) this.#workspaces.addFolder(pathOfUri(uri) ?? uri)
        for (const { path } of this.#documents.all) this.#workspaces.openFile(path)
        this.#changed()
      })
    }
    if (this.#params?.capabilities.window?.workDoneProgress) void this.#progress.begin().catch(() => undefined)
    this.#checker.schedule()
    const isTold = await registerWatchers(this.#connection, this.#params?.capabilities ?? {})
    if (!isTold && !this.#isEnded) this.#polling = poll(() => this.#look())
    await this.#configure(undefined)
  }

  /** @param sent what the editor sent; some editors are asked instead */
  async #configure(sent: unknown): Promise<void> {
    const asks = this.#params?.capabilities.workspace?.configuration === true
    const stated: unknown = asks ? await this.#connection.workspace.getConfiguration(SECTION) : sent
    const own = settingsOf(this.#params?.initializationOptions)
    this.#workspaces.configure({ ...own, ...settingsOf(stated) })
    this.#changed()
  }

  /** A text changed. Which workspaces read it is known only to them. */
  #changed(): void {
    for (const workspace of this.#workspaces.all) workspace.changed()
    this.#checker.schedule()
  }

  #stored(uri: string, kind: 'content' | 'existence'): void {
    const path = pathOfUri(uri)
    if (path === undefined) return
    for (const { project } of this.#workspaces.all) project.changed(path, kind)
    this.#changed()
  }

  #watched({ changes }: DidChangeWatchedFilesParams): void {
    for (const { uri, type } of changes) this.#stored(uri, type === FileChangeType.Changed ? 'content' : 'existence')
    if (!this.#params?.capabilities.workspace?.codeLens?.refreshSupport) return
    void this.#connection.sendRequest(CodeLensRefreshRequest.type).catch((error) => this.#failed(error))
  }
}
