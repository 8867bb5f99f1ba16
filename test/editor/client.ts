/** An editor: starts `vipctl lsp` and speaks the protocol with it over its standard streams. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import {
  type ClientCapabilities,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  type FileChangeType,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  type TextEdit,
  WorkDoneProgressCreateRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node'
import { folderOf } from '../commands/cli.ts'
import { PROGRAM } from '../support/program.ts'

const PATIENCE = 30_000

const CAPABILITIES: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  window: { workDoneProgress: true },
}

export interface EditorOptions {
  readonly files: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Settings that the server asks for. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly params?: Partial<InitializeParams>
  readonly capabilities?: ClientCapabilities
}

interface OpenText {
  version: number
  text: string
}

function offsetIn(text: string, { line, character }: Position): number {
  const lines = text.split('\n')
  return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character
}

/** As editors apply edits: all refer to the same text. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => offsetIn(text, b.range.start) - offsetIn(text, a.range.start))
  return sorted.reduce((out, { range, newText }) => {
    return out.slice(0, offsetIn(text, range.start)) + newText + out.slice(offsetIn(text, range.end))
  }, text)
}

export class Editor {
  readonly folder: string
  readonly process: ChildProcessWithoutNullStreams
  readonly connection: ProtocolConnection
  /** Every diagnostics message, in order. */
  readonly published: { readonly uri: string; readonly version?: number; readonly diagnostics: Diagnostic[] }[] = []
  readonly logged: string[] = []
  readonly shown: string[] = []
  readonly progress: unknown[] = []
  readonly exited: Promise<number | null>
  settings: Readonly<Record<string, unknown>>
  result: InitializeResult | undefined
  readonly #open = new Map<string, OpenText>()
  #stderr = ''

  private constructor(folder: string, { args = [], settings = {} }: EditorOptions) {
    this.folder = folder
    this.settings = settings
    const [command, ...words] = PROGRAM
    this.process = spawn(command, [...words, 'lsp', '--stdio', ...args], { cwd: folder })
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk
    })
    this.exited = new Promise((resolve) => this.process.on('exit', (code) => resolve(code)))
    const { stdout, stdin } = this.process
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin))
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => void this.published.push(params))
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logged.push(message))
    this.connection.onNotification(ShowMessageNotification.type, ({ message }) => void this.shown.push(message))
    this.connection.onNotification('$/progress', (params) => void this.progress.push(params))
    this.connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => this.settings))
    this.connection.onRequest(RegistrationRequest.type, () => undefined)
    this.connection.onRequest(WorkDoneProgressCreateRequest.type, () => undefined)
    this.connection.listen()
  }

  get stderr(): string {
    return this.#stderr
  }

  static async start(options: EditorOptions): Promise<Editor> {
    const editor = new Editor(folderOf(options.files), options)
    const uri = pathToFileURL(editor.folder).href
    editor.result = await editor.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'test' }],
      capabilities: options.capabilities ?? CAPABILITIES,
      ...options.params,
    })
    await editor.connection.sendNotification(InitializedNotification.type, {})
    return editor
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode
    await this.connection.sendRequest(ShutdownRequest.type)
    await this.connection.sendNotification(ExitNotification.type)
    return this.exited
  }

  kill(): void {
    this.connection.dispose()
    this.process.kill('SIGKILL')
  }

  uriOf(name: string): string {
    return pathToFileURL(join(this.folder, name)).href
  }

  textOf(name: string): string {
    return this.#open.get(name)?.text ?? readFileSync(join(this.folder, name), 'utf8')
  }

  async open(name: string, text?: string): Promise<void> {
    const content = text ?? readFileSync(join(this.folder, name), 'utf8')
    this.#open.set(name, { version: 1, text: content })
    const textDocument = { uri: this.uriOf(name), languageId: 'yaml', version: 1, text: content }
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument })
  }

  /** Replaces the first occurrence of a text, as typing does. */
  async type(name: string, before: string, after: string): Promise<void> {
    const open = this.#open.get(name)
    const start = open?.text.indexOf(before) ?? -1
    if (!open || start < 0) throw new Error(`${name} is not open, or has no ${JSON.stringify(before)}`)
    const range = { start: this.#positionIn(open.text, start), end: this.#positionIn(open.text, start + before.length) }
    open.text = open.text.slice(0, start) + after + open.text.slice(start + before.length)
    await this.change(name, [{ range, text: after }])
  }

  async change(name: string, contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const open = this.#open.get(name)
    if (!open) throw new Error(`${name} is not open`)
    open.version++
    const textDocument = { uri: this.uriOf(name), version: open.version }
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges })
  }

  async close(name: string): Promise<void> {
    this.#open.delete(name)
    const textDocument = { uri: this.uriOf(name) }
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument })
  }

  /** Writes a file, as another program does. */
  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true })
    writeFileSync(join(this.folder, name), text)
  }

  async watched(...changes: readonly (readonly [name: string, type: FileChangeType])[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: changes.map(([name, type]) => ({ uri: this.uriOf(name), type })),
    })
  }

  #positionIn(text: string, offset: number): Position {
    const lines = text.slice(0, offset).split('\n')
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }
  }

  /** The position of a word in a file, at its nth occurrence from 0. */
  at(name: string, word: string, nth = 0): Position {
    const text = this.textOf(name)
    let offset = -1
    for (let count = 0; count <= nth; count++) offset = text.indexOf(word, offset + 1)
    if (offset < 0) throw new Error(`${name} has no ${word}`)
    return this.#positionIn(text, offset)
  }

  /** Where a request asks. */
  place(name: string, word: string, nth = 0): { textDocument: { uri: string }; position: Position } {
    return { textDocument: { uri: this.uriOf(name) }, position: this.at(name, word, nth) }
  }

  /** The text of a range, with its file. */
  quoted({ uri, range }: { readonly uri: string; readonly range: Diagnostic['range'] }): string {
    const name = fileURLToPath(uri).slice(this.folder.length + 1)
    const text = this.textOf(name)
    const { start, end } = range
    return `${name}:${start.line + 1}: ${text.slice(offsetIn(text, start), offsetIn(text, end))}`
  }

  /** The last diagnostics of a file; undefined if there were none. */
  diagnostics(name: string): Diagnostic[] | undefined {
    const uri = this.uriOf(name)
    return this.published.findLast((each) => each.uri === uri)?.diagnostics
  }

  codes(name: string): string[] {
    return (this.diagnostics(name) ?? []).map(({ code, message }) => String(code ?? message))
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE
    while (!condition()) {
      if (Date.now() > end) {
        const last = this.published.slice(-3).map((each) => JSON.stringify(each))
        throw new Error(`it did not come to ${what}: ${last.join('\n')}\n${this.stderr}${this.logged.join('\n')}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Waits for a finding of a rule, or a message, in a file. */
  finds(name: string, code: string): Promise<void> {
    return this.until(() => this.codes(name).some((each) => each.includes(code)), `${code} in ${name}`)
  }

  /** Waits until a file has no finding of a rule. */
  loses(name: string, code: string): Promise<void> {
    return this.until(() => !this.codes(name).some((each) => each.includes(code)), `no ${code} in ${name}`)
  }

  /** The texts that a workspace edit leaves, by file. */
  applied({ changes, documentChanges }: WorkspaceEdit): Record<string, string> {
    const out: Record<string, string> = {}
    const nameOf = (uri: string): string => fileURLToPath(uri).slice(this.folder.length + 1)
    for (const change of documentChanges ?? []) {
      if (!('edits' in change)) continue
      const name = nameOf(change.textDocument.uri)
      const edits = change.edits.filter((edit): edit is TextEdit => 'newText' in edit)
      const isNew = (documentChanges ?? []).some(
        (each) => 'kind' in each && 'uri' in each && each.uri === change.textDocument.uri,
      )
      out[name] = edited(isNew ? '' : this.textOf(name), edits)
    }
    for (const [uri, edits] of Object.entries(changes ?? {})) out[nameOf(uri)] = edited(this.textOf(nameOf(uri)), edits)
    return out
  }
}

/** Starts an editor that ends with the test. */
export async function start(options: EditorOptions): Promise<Editor> {
  const editor = await Editor.start(options)
  onTestFinished(() => editor.kill())
  return editor
}
