/** The thread that proves fixes: it follows the state of the editor with a mesh of its own. */
import type { MessagePort } from 'node:worker_threads'
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  createMessageConnection,
  LSPErrorCodes,
  PortMessageReader,
  PortMessageWriter,
  ResponseError,
} from 'vscode-languageserver/node'
import { type ActionContext, codeActions } from '../actions/actions.ts'
import { editSupportOf } from '../actions/edits.ts'
import { askedOf } from '../server/asked.ts'
import { EditorState } from '../server/state.ts'
import type { OpenProject } from '../workspace/project.ts'
import { ACTIONS, APPLY, BEGIN } from './messages.ts'

export interface ServeProofsOptions {
  /** Leads to the thread that asks. */
  readonly port: MessagePort
  /** The program's version. */
  readonly version: string
  readonly openProject: OpenProject
}

const nothing = (): void => undefined

/** Answers until the thread is stopped. */
export function serveProofs({ port, version, openProject }: ServeProofsOptions): void {
  const connection = createMessageConnection(new PortMessageReader(port), new PortMessageWriter(port))
  const state = new EditorState({ openProject, onStep: nothing, onClose: nothing })
  let capabilities: ClientCapabilities = {}
  /** Counts changes. */
  let generation = 0

  const actions = async (
    { textDocument, range, context: { only } }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> => {
    const started = generation
    const isCancelled = (): boolean => token.isCancellationRequested || generation !== started
    const asked = await askedOf(state, textDocument)
    if (asked && !isCancelled()) {
      const { path, meshes, shown } = asked
      const context: ActionContext = { meshes, shown, version, support: editSupportOf(capabilities) }
      const found = await codeActions({ path, range, only, isCancelled }, context)
      if (!isCancelled()) return [...found]
    }
    if (generation !== started) throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed')
    return []
  }

  connection.onNotification(BEGIN, (beginning) => {
    capabilities = beginning.capabilities
    state.begin(beginning.state)
  })
  connection.onNotification(APPLY, (event) => {
    if (state.apply(event)) generation++
  })
  connection.onRequest(ACTIONS, actions)
  connection.listen()
}
