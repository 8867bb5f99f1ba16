/** Writes queries and other events. */
import { type Query, queryMessage, type ServingEvent } from '../../answers/serving/message.ts'
import { queryLine } from '../../answers/serving/text.ts'
import { renderLines } from '../../formats/spans.ts'
import type { QueryEntry } from '../../server/recorder.ts'
import type { Session } from '../session.ts'
import type { Computed } from './tables.ts'

/** Generations of tables whose places are known; queries arrive a moment after they are answered. */
const REMEMBERED = 2
/** Batches of queries that wait for the output; further ones are dropped. */
const MOST_WAITING = 64

export class Log {
  readonly #session: Session
  readonly #isJson: boolean
  readonly #generations = new Map<number, Computed>()
  #written: Promise<void> = Promise.resolve()
  #waiting = 0
  #lost = 0

  constructor(session: Session, isJson: boolean) {
    this.#session = session
    this.#isJson = isJson
  }

  /** From now on, records of this generation may be named. */
  remember(generation: number, computed: Computed): void {
    this.#generations.set(generation, computed)
    this.#generations.delete(generation - REMEMBERED)
  }

  event(event: ServingEvent): void {
    if (this.#isJson) this.#write(`${JSON.stringify(event)}\n`)
  }

  #queryOf({ record, generation, ...entry }: QueryEntry): Query {
    const location = record === undefined ? undefined : this.#generations.get(generation)?.placeOf(record)
    return { ...entry, location }
  }

  queries(entries: readonly QueryEntry[], lost: number): void {
    this.#lost += lost
    if (this.#waiting >= MOST_WAITING) {
      this.#lost += entries.length
      return
    }
    const queries = entries.map((entry) => this.#queryOf(entry))
    const lines = this.#isJson
      ? queries.map((query) => `${JSON.stringify(queryMessage(query))}\n`)
      : [...renderLines(queries.map(queryLine), this.#session.paint)]
    this.#write(lines.join(''))
    if (this.#lost === 0) return
    const text = `${this.#lost} queries are not in the log, because there were too many at once`
    this.#lost = 0
    this.#written = this.#written.then(() => this.#session.warn(text))
  }

  #write(text: string): void {
    this.#waiting++
    this.#written = this.#written
      .then(() => this.#session.write([text]))
      .finally(() => {
        this.#waiting--
      })
  }

  /** Resolves when everything is written. */
  flushed(): Promise<void> {
    return this.#written
  }
}
