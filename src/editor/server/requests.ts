/** Answers the requests of the editor about one document. */
import type {
  CancellationToken,
  ClientCapabilities,
  CodeAction,
  CodeActionParams,
  Connection,
  TextDocumentIdentifier,
} from 'vscode-languageserver/node'
import { type ActionContext, codeActions } from '../actions/actions.ts'
import type { EditSupport } from '../actions/edits.ts'
import type { Shown } from '../diagnostics/render.ts'
import type { Positions } from '../text/positions.ts'
import type { Checked } from '../workspace/project.ts'
import type { Workspaces } from '../workspace/workspaces.ts'
import type { Documents } from './documents.ts'
import { pathOfUri } from './uris.ts'

export interface RequestsOptions {
  readonly documents: Documents
  readonly workspaces: Workspaces
  readonly positions: () => Positions
  readonly capabilities: () => ClientCapabilities
  readonly version: string
}

/** A document with the mesh that it is part of. */
interface Asked {
  readonly path: string
  readonly checked: Checked
  readonly shown: Shown
}

export class Requests {
  readonly #options: RequestsOptions

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  listen(connection: Connection): void {
    connection.onCodeAction((params, token) => this.#actions(params, token))
  }

  /** Undefined if the request is cancelled meanwhile, or if nothing is known about the document. */
  async #asked({ uri }: TextDocumentIdentifier, token: CancellationToken): Promise<Asked | undefined> {
    const { documents, workspaces, positions } = this.#options
    const path = pathOfUri(uri)
    const workspace = path === undefined ? undefined : workspaces.of(path)
    if (path === undefined || !workspace) return undefined
    const { checked } = await workspace.result()
    if (token.isCancellationRequested || !checked) return undefined
    const { project } = workspace
    return { path, checked, shown: { project, positions: positions(), open: documents.at, uriOf: documents.uriOf } }
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
