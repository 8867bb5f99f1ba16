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
import { mayHaveActions } from '../actions/actions.ts'
import { hover } from '../features/hover.ts'
import { codeLenses } from '../features/lenses.ts'
import { definitions, references } from '../features/navigation.ts'
import type { Asked } from '../features/pointed.ts'
import { documentSymbols, flatSymbols, workspaceSymbols } from '../features/symbols.ts'
import type { Prover } from '../proving/prover.ts'
import { askedOf } from './asked.ts'
import { withParams } from './params.ts'
import type { EditorState } from './state.ts'

export interface RequestsOptions {
  readonly state: EditorState
  readonly prover: Prover
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
    const place = ['textDocument', 'position'] as const
    connection.onCodeAction(
      withParams(['textDocument', 'range', 'context'], (params, token) => this.#actions(params, token)),
    )
    connection.onHover(
      withParams(place, async ({ textDocument, position }, token) => {
        const asked = await this.#asked(textDocument, token)
        return asked && hover(asked, position, this.#hoverFormat)
      }),
    )
    connection.onDefinition(
      withParams(place, async ({ textDocument, position }, token) => {
        const asked = await this.#asked(textDocument, token)
        return asked ? [...definitions(asked, position)] : []
      }),
    )
    connection.onReferences(
      withParams([...place, 'context'], async ({ textDocument, position, context }, token) => {
        const asked = await this.#asked(textDocument, token)
        return asked ? [...references(asked, position, context.includeDeclaration)] : []
      }),
    )
    connection.onCodeLens(
      withParams(['textDocument'], async ({ textDocument }, token) => {
        const asked = await this.#asked(textDocument, token)
        return asked ? [...codeLenses(asked, this.#options.leadsOn())] : []
      }),
    )
    connection.onDocumentSymbol(withParams(['textDocument'], ({ textDocument }) => this.#symbols(textDocument)))
    connection.onWorkspaceSymbol(withParams(['query'], ({ query }, token) => this.#found(query, token)))
  }

  /** Undefined if the request is cancelled meanwhile, or if nothing is known about the document. */
  async #asked(identifier: TextDocumentIdentifier, token: CancellationToken): Promise<Asked | undefined> {
    const asked = await askedOf(this.#options.state, identifier)
    return token.isCancellationRequested ? undefined : asked
  }

  get #hoverFormat(): MarkupKind {
    const formats = this.#options.capabilities().textDocument?.hover?.contentFormat ?? [MarkupKind.PlainText]
    return formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText
  }

  /** Needs no mesh, so it is answered at once. */
  #symbols(identifier: TextDocumentIdentifier): DocumentSymbol[] | SymbolInformation[] {
    const { state, capabilities } = this.#options
    const { documents, positions } = state
    const document = documents.of(identifier)
    if (!document) return []
    const symbols = documentSymbols(document.file, positions)
    const isHierarchical = capabilities().textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true
    return isHierarchical ? symbols : flatSymbols(symbols, document.uri)
  }

  async #found(query: string, token: CancellationToken): Promise<WorkspaceSymbol[]> {
    const { documents, workspaces, positions } = this.#options.state
    const out: WorkspaceSymbol[] = []
    for (const workspace of workspaces.all) {
      const { meshes } = await workspace.result()
      if (token.isCancellationRequested) return []
      const shown = documents.shown(workspace.project, positions)
      out.push(...meshes.flatMap(({ loaded }) => workspaceSymbols(loaded.snapshot, query, shown)))
    }
    // Several environments may have one file.
    return [...new Map(out.map((symbol) => [JSON.stringify(symbol), symbol])).values()]
  }

  /** Only where there is a finding is the second thread asked, which takes a while. */
  async #actions(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    const { textDocument, range, context } = params
    const asked = await this.#asked(textDocument, token)
    const { version, prover } = this.#options
    if (!asked || !mayHaveActions({ path: asked.path, range, only: context.only }, { ...asked, version })) return []
    return prover.actions(params, token)
  }
}
