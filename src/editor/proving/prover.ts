/** Asks a second thread for fixes: a proof computes the whole mesh, and nothing else may wait for that. */
import type { Worker } from 'node:worker_threads'
import {
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  createMessageConnection,
  type MessageConnection,
  PortMessageReader,
  PortMessageWriter,
} from 'vscode-languageserver/node'
import type { StateEvent } from '../server/state.ts'
import { ACTIONS, APPLY, BEGIN, type Beginning, type StartProving } from './messages.ts'

/** Milliseconds without a question after which the thread ends, so that its memory is free again. */
const IDLE = 120_000
/** Milliseconds that a cancelled question may take to end. A single computation of a very large mesh takes a few seconds. */
const GRACE = 10_000

interface Running {
  readonly connection: MessageConnection
  readonly thread: Worker
}

export class Prover {
  readonly #start: StartProving
  readonly #beginning: () => Beginning
  #running: Running | undefined
  /** Questions without an answer. */
  #open = 0
  #idle: NodeJS.Timeout | undefined

  /** @param beginning what a new thread has to know */
  constructor(start: StartProving, beginning: () => Beginning) {
    this.#start = start
    this.#beginning = beginning
  }

  /** The actions for a range of a document. Rejected with an error of the protocol if the text changes meanwhile. */
  async actions(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    const running = this.#running ?? this.#begin()
    clearTimeout(this.#idle)
    this.#open++
    let grace: NodeJS.Timeout | undefined
    const cancelled = token.onCancellationRequested(() => {
      grace = setTimeout(() => this.#stop(running), GRACE)
    })
    try {
      return await running.connection.sendRequest(ACTIONS, params, token)
    } catch (error) {
      // The thread ended, or the question was withdrawn.
      if (token.isCancellationRequested || this.#running !== running) return []
      throw error
    } finally {
      cancelled.dispose()
      clearTimeout(grace)
      this.#open--
      if (this.#open === 0) this.#idle = setTimeout(() => this.end(), IDLE)
    }
  }

  /** Tells a thread that runs what happens to the state. */
  apply(event: StateEvent): void {
    void this.#running?.connection.sendNotification(APPLY, event)
  }

  end(): void {
    clearTimeout(this.#idle)
    if (this.#running) this.#stop(this.#running)
  }

  #begin(): Running {
    const thread = this.#start()
    const connection = createMessageConnection(new PortMessageReader(thread), new PortMessageWriter(thread))
    const running = { thread, connection }
    // Without a listener, an error in the thread would end the program; it is followed by the exit.
    thread.on('error', () => undefined).on('exit', () => this.#forget(running))
    connection.listen()
    void connection.sendNotification(BEGIN, this.#beginning())
    this.#running = running
    return running
  }

  #stop(running: Running): void {
    this.#forget(running)
    void running.thread.terminate()
  }

  /** Questions that it has not answered are rejected. */
  #forget(running: Running): void {
    if (this.#running === running) this.#running = undefined
    running.connection.dispose()
  }
}
