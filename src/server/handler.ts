/** What happens to one message, whatever socket it came by. */
import { LEAST_UDP } from '../serving/format.ts'
import type { Question } from '../serving/request.ts'
import type { Responder, Transport } from '../serving/responder.ts'
import type { Slice } from '../serving/slab.ts'
import type { Views } from '../serving/views.ts'
import type { Endpoint } from './endpoint.ts'
import type { Forwarder } from './forwarder.ts'

/** What became of a message. */
export type QueryOutcome =
  | 'table'
  | 'upstream'
  /** No upstream answered. */
  | 'failed'
  /** The message is not a valid question. */
  | 'rejected'
  /** It got no response. */
  | 'ignored'

/** One message and its response. */
export interface QueryEvent<R> {
  readonly outcome: QueryOutcome
  readonly transport: Transport
  readonly client: Endpoint
  readonly message: Uint8Array
  readonly reply: Slice | undefined
  /** The record of the table that answered. */
  readonly record: R | undefined
  /** The upstream that answered. */
  readonly upstream: string | undefined
  readonly milliseconds: number
}

/** Is told of every message. It must not keep the reply. */
export type QueryObserver<R> = (event: QueryEvent<R>) => void

/** Where responses go. */
export interface Replier {
  /** Is called once for each message. @param reply undefined if the message gets no response */
  reply(client: Endpoint, reply: Slice | undefined): void
}

const sliceOf = (bytes: Uint8Array): Slice => ({ buffer: bytes, start: 0, length: bytes.length })

export class Handler<R> {
  #tables: Views<Responder<R>>
  readonly #forwarder: Forwarder
  readonly #observe: QueryObserver<R> | undefined

  constructor(tables: Views<Responder<R>>, forwarder: Forwarder, observe: QueryObserver<R> | undefined) {
    this.#tables = tables
    this.#forwarder = forwarder
    this.#observe = observe
  }

  /** From now on, questions are answered from these tables. */
  update(tables: Views<Responder<R>>): void {
    this.#tables = tables
  }

  /** @param received belongs to the handler */
  handle(received: Uint8Array, transport: Transport, client: Endpoint, replier: Replier): void {
    const started = this.#observe ? performance.now() : 0
    // The server of miekg/dns reads no more bytes of a packet.
    const length = transport === 'udp' ? Math.min(LEAST_UDP, received.length) : received.length
    const responder = this.#tables.of(client.address)
    const response = responder.respond(received, length, transport)
    if (response.kind === 'forward') {
      const message = received.subarray(0, length)
      this.#forward({ message, transport, client, replier, started, responder, question: response.question })
      return
    }
    const isReply = response.kind === 'reply'
    const reply = isReply ? response.reply : undefined
    replier.reply(client, reply)
    if (!this.#observe) return
    const record = isReply ? response.record : undefined
    const outcome = !isReply ? 'ignored' : record === undefined ? 'rejected' : 'table'
    const milliseconds = performance.now() - started
    this.#observe({ outcome, transport, client, message: received, reply, record, upstream: undefined, milliseconds })
  }

  #forward(asked: AskedUpstream<R>): void {
    const { message, question, transport, client, replier, responder, started } = asked
    this.#forwarder.forward({ message, question }, transport, (answer, upstream) => {
      const reply = answer ? sliceOf(answer) : responder.failure(message, question)
      replier.reply(client, reply)
      const outcome = answer ? 'upstream' : 'failed'
      const milliseconds = this.#observe ? performance.now() - started : 0
      this.#observe?.({ outcome, transport, client, message, reply, record: undefined, upstream, milliseconds })
    })
  }
}

interface AskedUpstream<R> {
  readonly message: Uint8Array
  readonly question: Question
  readonly transport: Transport
  readonly client: Endpoint
  readonly replier: Replier
  readonly responder: Responder<R>
  readonly started: number
}
