/** Messages to the thread that proves fixes. */
import type { Worker } from 'node:worker_threads'
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  NotificationType,
  RequestType,
} from 'vscode-languageserver/node'
import type { StateData, StateEvent } from '../server/state.ts'

/** Starts a thread that runs `serveProofs`. */
export type StartProving = () => Worker

/** What the editor can do, and its state. */
export interface Beginning {
  readonly capabilities: ClientCapabilities
  readonly state: StateData
}

export const BEGIN = new NotificationType<Beginning>('begin')
export const APPLY = new NotificationType<StateEvent>('apply')
export const ACTIONS = new RequestType<CodeActionParams, CodeAction[], void>('actions')
