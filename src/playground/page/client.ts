/** Workers from the text that the page carries, because a page from file:// may not load a second file. */
import type { CallError, CallName, Calls, ReplyMessage } from '../messages.ts'
import { byId } from './dom.ts'

/** @param id of the element that holds the program */
export function workerFrom(id: string): Worker {
  const url = URL.createObjectURL(new Blob([byId(id).textContent ?? ''], { type: 'text/javascript' }))
  const worker = new Worker(url)
  // The worker has its own reference from here on.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return worker
}

/** What a call is rejected with. */
class CallFailure extends Error {
  readonly hint: string | undefined

  constructor({ message, hint }: CallError) {
    super(message)
    this.hint = hint
  }

  /** The message with its hint. */
  get text(): string {
    return this.hint === undefined ? this.message : `${this.message} (${this.hint})`
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (failure: CallFailure) => void
}

/** A worker with one mesh. It answers calls in order. */
export class Client {
  readonly #worker = workerFrom('worker')
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<ReplyMessage>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if ('error' in data) waiting?.reject(new CallFailure(data.error))
      else waiting?.resolve(data.answer as never)
    }
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values()) reject(new CallFailure({ message, hint: 'reload the page' }))
      this.#waiting.clear()
    }
  }

  /** Rejects with a `CallFailure`. */
  call<C extends CallName>(call: C, request: Calls[C]['request']): Promise<Calls[C]['answer']> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      this.#worker.postMessage({ id, call, request })
    })
  }
}

/** The text of a failure, of whatever sort. */
export const failureText = (error: unknown): string =>
  error instanceof CallFailure ? error.text : error instanceof Error ? error.message : String(error)
