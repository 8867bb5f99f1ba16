/** Counts and records what a server answers. */
import { describeQuestion, describeReply } from '../serving/describe.ts'
import type { Transport } from '../serving/responder.ts'
import { clientAddress } from '../serving/views.ts'
import { endpointText } from './endpoint.ts'
import type { QueryEvent, QueryOutcome } from './handler.ts'

/** One message and what became of it. */
export interface QueryEntry {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Which of a series of tables was in use. */
  readonly generation: number
  readonly client: string
  readonly transport: Transport
  /** With its final dot; '' without a question. */
  readonly name: string
  readonly type: string
  readonly outcome: QueryOutcome
  /** `NOERROR`; '' without a response. */
  readonly code: string
  readonly answers: readonly string[]
  /** The number of the record that answered. */
  readonly record: number | undefined
  readonly upstream: string | undefined
  readonly microseconds: number
}

/** Counts since the last time they were taken. */
export interface Counts {
  readonly queries: readonly { readonly transport: Transport; readonly outcome: QueryOutcome; readonly count: number }[]
  /** Seconds until each upstream answer. */
  readonly upstreamSeconds: readonly number[]
}

export interface RecorderOptions {
  /** Whether to record each query. */
  readonly log: boolean
  /** Whether to count. */
  readonly metrics: boolean
}

/** Between two calls that take entries. More are only counted. */
const MOST_ENTRIES = 10_000
const MOST_DURATIONS = 100_000

export class Recorder {
  readonly #options: RecorderOptions
  readonly #counts = new Map<string, { transport: Transport; outcome: QueryOutcome; count: number }>()
  #seconds: number[] = []
  #entries: QueryEntry[] = []
  #lost = 0
  /** Which of a series of tables is in use. */
  generation = 0

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** undefined if there is nothing to record, so that the server need not look at the time. */
  get observer(): ((event: QueryEvent<number>) => void) | undefined {
    const { log, metrics } = this.#options
    return log || metrics ? (event) => this.#observe(event) : undefined
  }

  #observe(event: QueryEvent<number>): void {
    if (this.#options.metrics) this.#count(event)
    if (!this.#options.log) return
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push(this.#entryOf(event))
    else this.#lost++
  }

  #count({ transport, outcome, milliseconds }: QueryEvent<number>): void {
    const key = `${transport} ${outcome}`
    const known = this.#counts.get(key)
    if (known) known.count++
    else this.#counts.set(key, { transport, outcome, count: 1 })
    const isUpstream = outcome === 'upstream' || outcome === 'failed'
    if (isUpstream && this.#seconds.length < MOST_DURATIONS) this.#seconds.push(milliseconds / 1000)
  }

  #entryOf({
    outcome,
    transport,
    client,
    message,
    reply,
    record,
    upstream,
    milliseconds,
  }: QueryEvent<number>): QueryEntry {
    const { code, answers } = reply ? describeReply(reply) : { code: '', answers: [] }
    return {
      time: Date.now(),
      generation: this.generation,
      client: endpointText({ address: clientAddress(client.address), port: client.port }),
      transport,
      ...describeQuestion(message),
      outcome,
      code,
      answers,
      record,
      upstream,
      microseconds: Math.round(milliseconds * 1000),
    }
  }

  /** The entries since the last time, and how many are missing. */
  takeEntries(): { readonly entries: readonly QueryEntry[]; readonly lost: number } {
    const taken = { entries: this.#entries, lost: this.#lost }
    this.#entries = []
    this.#lost = 0
    return taken
  }

  takeCounts(): Counts {
    const taken = { queries: [...this.#counts.values()], upstreamSeconds: this.#seconds }
    this.#counts.clear()
    this.#seconds = []
    return taken
  }
}
