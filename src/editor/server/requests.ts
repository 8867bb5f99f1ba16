/** Answers the requests of the editor about one document. */
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  type Connection,
  type DocumentSymbol,
  MarkupKind,
  type SymbolInformation,
  type TextDocumentIdentifier,
  type WorkspaceSymbol,
} from 'vscode-languageserver/node'
import { type ActionContext, codeActions } from '../actions/actions.ts'
import type { EditSupport } from '../actions/edits.ts'
import { hover } from '../features/hover.ts'
import { codeLenses } from '../features/lenses.ts'
import { definitions, references } from '../features/navigation.ts'
import type { Asked } from '../features/pointed.ts'
import { documentSymbols, flatSymbols, workspaceSymbols } from '../features/symbols.ts'
import type { Positions } from '../text/positions.ts'
import type { Workspaces } from '../workspace/workspaces.ts'
import type { Documents } from './documents.ts'
import { pathOfUri } from './uris.ts'

export interface RequestsOptions {
  readonly documents: Documents
  readonly workspaces: Workspaces
  readonly positions: () => Positions
  readonly capabilities: () => ClientCapabilities
  readonly version: string
  /** Whether the editor has the command that lenses use. */
  readonly leadsOn: () => boolean
}

export class Requests {
  readonly #options: RequestsOptions

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  listen(connection: Connection): void {
    connection.onCodeAction((params, token) => this.#actions(params, token))
    connection.onHover(async ({ textDocument, position }, token) => {
      const asked = await this.#asked(textDocument, token)
      return asked && hover(asked, position, this.#hoverFormat)
    })
    connection.onDefinition(async ({ textDocument, position }, token) => {
      const asked = await this.#asked(textDocument, token)
      return asked ? [...definitions(asked, position)] : []
    })
    connection.onReferences(async ({ textDocument, position, context }, token) => {
      const asked = await this.#asked(textDocument, token)
      return asked ? [...references(asked, position, context.includeDeclaration)] : []
    })
    connection.onCodeLens(async ({ textDocument }, token) => {
      const asked = await this.#asked(textDocument, token)
      return asked ? [...codeLenses(asked, this.#options.leadsOn())] : []
    })
    connection.onDocumentSymbol(({ textDocument }) => this.#symbols(textDocument))
    connection.onWorkspaceSymbol(({ query }, token) => this.#found(query, token))
  }

  /** Undefined if the request is cancelled meanwhile, or if nothing is known about the document. */
  async #asked({ uri }: TextDocumentIdentifier, token: CancellationToken): Promise<Asked | undefined> {
    const { documents, workspaces, positions } = this.#options
    const path = pathOfUri(uri)
    const workspace = path === undefined ? undefined : workspaces.of(path)
    if (path === undefined || !workspace) return undefined
    const { checked } = await workspace.result()
    if (token.isCancellationRequested || !checked) return undefined
    return { path, checked, shown: documents.shown(workspace.project, positions()) }
  }

  get #hoverFormat(): MarkupKind {
    const formats = this.#options.capabilities().textDocument?.hover?.contentFormat ?? [MarkupKind.PlainText]
    return formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText
  }

  /** Needs no mesh, so it is answered at once. */
  #symbols(identifier: TextDocumentIdentifier): DocumentSymbol[] | SymbolInformation[] {
    const { documents, positions, capabilities } = this.#options
    const document = documents.of(identifier)
    if (!document) return []
    const symbols = documentSymbols(document.file, positions())
    const isHierarchical = capabilities().textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true
    return isHierarchical ? symbols : flatSymbols(symbols, document.uri)
  }

  async #found(query: string, token: CancellationToken): Promise<WorkspaceSymbol[]> {
    const { documents, workspaces, positions } = this.#options
    const out: WorkspaceSymbol[] = []
    for (const workspace of workspaces.all) {
      const { checked } = await workspace.result()
      if (token.isCancellationRequested) return []
      const shown = documents.shown(workspace.project, positions())
      if (checked) out.push(...workspaceSymbols(checked.loaded.snapshot, query, shown))
    }
    return out
  }

  get #support(): EditSupport {
    const { workspaceEdit } = this.#options.capabilities().workspace ?? {}
    return {
      versions: workspaceEdit?.documentChanges === true,
      createsFiles: workspaceEdit?.resourceOperations?.includes('create') === true,
    }
  }

  async #actions(
    { textDocument, range, context: { only } }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const asked = await this.#asked(textDocument, token)
    if (!asked) return []
    const { path, checked, shown } = asked
    const context: ActionContext = { checked, shown, version: this.#options.version, support: this.#support }
    const isCancelled = (): boolean => token.isCancellationRequested
    return [...(await codeActions({ path, range, only, isCancelled }, context))]
  }
}
