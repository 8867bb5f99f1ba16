/** A process that answers queries, and does nothing else. */
import { runLong } from '../compiler.ts'
import { TablesBuilder } from '../serving/tables.ts'
import type { Order, Report } from './messages.ts'
import { Recorder } from './recorder.ts'
import { DnsServer } from './server.ts'
import { reportQueries, type ServiceOptions } from './service.ts'

/** Batches of queries that the other process has not taken yet; further ones are dropped. */
const MOST_UNSENT = 64

/** The process that computes decides when this one ends. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

class Worker {
  #builder: TablesBuilder | undefined
  #server: DnsServer<number> | undefined
  #recorder: Recorder | undefined
  #endReports: () => void = () => undefined
  #unsent = 0
  #lost = 0

  send(report: Report): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send?.(report, undefined, {}, () => resolve())
      else resolve()
    })
  }

  #sendQueries(entries: Extract<Report, { kind: 'queries' }>['entries'], lost: number): void {
    this.#lost += lost
    if (this.#unsent >= MOST_UNSENT) {
      this.#lost += entries.length
      return
    }
    this.#unsent++
    const report: Report = { kind: 'queries', entries, lost: this.#lost }
    this.#lost = 0
    void this.send(report).then(() => {
      this.#unsent--
    })
  }

  async #start(builder: TablesBuilder, { listen, forwarding, recording }: ServiceOptions): Promise<void> {
    this.#recorder = new Recorder(recording)
    this.#server = await DnsServer.start(builder.build(), { listen, forwarding, observe: this.#recorder.observer })
    this.#endReports = reportQueries(this.#recorder, recording, {
      queries: (entries, lost) => this.#sendQueries(entries, lost),
    })
  }

  async #use({ generation, options }: Extract<Order, { kind: 'use' }>): Promise<void> {
    const builder = this.#builder
    this.#builder = undefined
    if (!builder) return
    if (this.#server) this.#server.update(builder.build())
    else await this.#start(builder, options)
    if (this.#recorder) this.#recorder.generation = generation
    await this.send({ kind: 'used', generation })
  }

  async #drain(): Promise<void> {
    await this.#server?.drain()
    this.#endReports()
    await this.send({ kind: 'drained' })
    process.disconnect()
  }

  async obey(order: Order): Promise<void> {
    switch (order.kind) {
      case 'tables':
        this.#builder = new TablesBuilder(order.expansions, order.views)
        break
      case 'entries':
        this.#builder?.add(order.table, order.entries)
        break
      case 'use':
        await this.#use(order)
        break
      case 'count':
        if (this.#recorder) await this.send({ kind: 'counts', counts: this.#recorder.takeCounts() })
        break
      case 'drain':
        await this.#drain()
    }
  }
}

/** Obeys the process that started this one, until it drains or is gone. */
export function work(): Promise<void> {
  runLong()
  const worker = new Worker()
  for (const signal of SIGNALS) process.on(signal, () => undefined)
  return new Promise((resolve) => {
    process.on('message', (order: Order) => {
      worker.obey(order).catch(async (error: NodeJS.ErrnoException) => {
        await worker.send({ kind: 'failed', message: error.message, code: error.code })
        process.disconnect()
      })
    })
    process.on('disconnect', resolve)
  })
}
