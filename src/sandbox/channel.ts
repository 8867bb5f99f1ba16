/** Questions and answers between the two processes of a sandbox, over the channel that Node opens to a child. */

/** What a process answers, by the name of the question. */
export type Handlers = Readonly<Record<string, (body: never) => unknown>>

interface Message {
  readonly id: number
  /** Of a question. */
  readonly ask?: string
  readonly body?: unknown
  /** Set if the question could not be answered. */
  readonly failure?: string
}

interface End {
  send?(message: unknown): boolean
  readonly connected: boolean
  on(event: 'message', take: (message: unknown) => void): unknown
  on(event: 'disconnect', take: () => void): unknown
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The other process ended. */
export class ChannelClosed extends Error {}

/** An answer that is an error whose text is meant for the user. */
class Refusal extends Error {}

export class Channel<Theirs> {
  readonly #end: End
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(end: End, handlers: Handlers) {
    this.#end = end
    end.on('message', (message) => void this.#take(message as Message, handlers))
    end.on('disconnect', () => this.#close())
  }

  #send(message: Message): void {
    if (this.#end.connected) this.#end.send?.(message)
  }

  async #take({ id, ask, body, failure }: Message, handlers: Handlers): Promise<void> {
    if (ask === undefined) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (failure === undefined) waiting?.resolve(body)
      else waiting?.reject(new Refusal(failure))
      return
    }
    try {
      this.#send({ id, body: await handlers[ask]?.(body as never) })
    } catch (error) {
      this.#send({ id, failure: (error as Error).message })
    }
  }

  #close(): void {
    for (const { reject } of this.#waiting.values()) reject(new ChannelClosed('the sandbox ended'))
    this.#waiting.clear()
  }

  /**
   * @throws ChannelClosed when the other process ends before it answers
   * @throws Refusal with the text of its error
   */
  ask<K extends keyof Theirs & string>(
    ask: K,
    body: Theirs[K] extends () => unknown ? undefined : Theirs[K] extends (body: infer B) => unknown ? B : never,
  ): Promise<Theirs[K] extends (body: never) => infer R ? Awaited<R> : never> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      if (!this.#end.connected) reject(new ChannelClosed('the sandbox ended'))
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      this.#send({ id, ask, body })
    })
  }
}
