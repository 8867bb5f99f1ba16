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
import type { StartProving } from '../proving/messages.ts'
import { Prover } from '../proving/prover.ts'
import { ENCODINGS, type PositionEncoding } from '../text/positions.ts'
import type { OpenProject } from '../workspace/project.ts'
import { capabilitiesOf } from './capabilities.ts'
import { Checker } from './checker.ts'
import { withParams } from './params.ts'
import { FirstProgress } from './progress.ts'
import { Requests } from './requests.ts'
import { settingsOf } from './settings.ts'
import { EditorState, type StateEvent } from './state.ts'
import { pathOfUri } from './uris.ts'
import { poll, registerWatchers } from './watchers.ts'

export interface ServerOptions {
  readonly version: string
  readonly openProject: OpenProject
  readonly startProving: StartProving
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
  readonly #state: EditorState
  readonly #checker: Checker
  readonly #prover: Prover
  #params: InitializeParams | undefined
  #polling: { stop(): void } | undefined
  readonly #progress: FirstProgress
  #isEnded = false
  isShutDown = false

  constructor(connection: Connection, { version, openProject, startProving }: ServerOptions) {
    this.#connection = connection
    this.#version = version
    this.#progress = new FirstProgress(connection)
    this.#state = new EditorState({
      openProject,
      onStep: (text) => this.#progress.report(text),
      onClose: (workspace) => this.#checker.forget(workspace),
    })
    this.#checker = new Checker({
      state: this.#state,
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
    const capabilities = () => this.#params?.capabilities ?? {}
    this.#prover = new Prover(startProving, () => ({ capabilities: capabilities(), state: this.#state.data }))
    new Requests({
      state: this.#state,
      prover: this.#prover,
      capabilities,
      version,
      leadsOn: () => hasCommand(this.#params?.initializationOptions),
    }).listen(connection)
    this.#listen()
  }

  end(): void {
    this.#isEnded = true
    this.#polling?.stop()
    this.#prover.end()
    this.#checker.end()
  }

  #apply(event: StateEvent): void {
    try {
      if (this.#state.apply(event)) this.#checker.schedule()
    } finally {
      // The other thread handles it as this one does.
      this.#prover.apply(event)
    }
  }

  /** Checks whether files have changed, for an editor that does not report changes. */
  #look(): void {
    if (!this.#state.look()) return
    this.#checker.schedule()
    // The other thread reads all files again when it is needed.
    this.#prover.end()
  }

  #failed(error: unknown): void {
    // Questions to an editor that has gone are not answered.
    if (this.#isEnded) return
    this.#connection.console.error(`internal error: ${error instanceof Error ? error.stack : String(error)}`)
  }

  #listen(): void {
    const connection = this.#connection
    connection.onInitialize(withParams(['capabilities'], (params) => this.#initialize(params)))
    connection.onInitialized(() => void this.#initialized().catch((error) => this.#failed(error)))
    connection.onShutdown(() => {
      this.isShutDown = true
      this.end()
    })
    connection.onDidOpenTextDocument((params) => this.#apply({ kind: 'open', params }))
    connection.onDidChangeTextDocument((params) => this.#apply({ kind: 'change', params }))
    connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
      this.#apply({ kind: 'stored', uri, what: 'content' })
    })
    connection.onDidCloseTextDocument(({ textDocument }) => this.#apply({ kind: 'close', document: textDocument }))
    connection.onDidChangeWatchedFiles((params) => this.#watched(params))
    connection.onDidChangeConfiguration(({ settings }) => {
      void this.#configure(settings).catch((error) => this.#failed(error))
    })
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#params = params
    const encoding = encodingOf(params)
    const settings = settingsOf(params.initializationOptions)
    this.#state.begin({ encoding, settings, folders: foldersOf(params), documents: [] })
    return capabilitiesOf(this.#version, encoding)
  }

  async #initialized(): Promise<void> {
    const { workspace } = this.#params?.capabilities ?? {}
    if (workspace?.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const urisOf = (folders: typeof added) => folders.map(({ uri }) => uri)
        this.#apply({ kind: 'folders', added: urisOf(added), removed: urisOf(removed) })
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
    this.#apply({ kind: 'settings', settings: { ...own, ...settingsOf(stated) } })
  }

  #watched({ changes }: DidChangeWatchedFilesParams): void {
    for (const { uri, type } of changes) {
      this.#apply({ kind: 'stored', uri, what: type === FileChangeType.Changed ? 'content' : 'existence' })
    }
    if (!this.#params?.capabilities.workspace?.codeLens?.refreshSupport) return
    void this.#connection.sendRequest(CodeLensRefreshRequest.type).catch((error) => this.#failed(error))
  }
}
