import { CodeActionKind, type InitializeResult, TextDocumentSyncKind } from 'vscode-languageserver/node'
import { FIX_ALL } from '../actions/actions.ts'
import type { PositionEncoding } from '../text/positions.ts'

/** What the server tells the editor about itself. */
export const capabilitiesOf = (version: string, positionEncoding: PositionEncoding): InitializeResult => ({
  serverInfo: { name: 'vipctl', version },
  capabilities: {
    positionEncoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    codeLensProvider: {},
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
  },
})
