/** A DNS server in processes of its own, which share its sockets, so that computing does not keep queries waiting. */
import cluster, { type Worker } from 'node:cluster'
import { buildTables, type ServedTables } from '../serving/tables.ts'
import type { Endpoint } from './endpoint.ts'
import type { Order, Report } from './messages.ts'
import type { Counts } from './recorder.ts'
import { DnsServer } from './server.ts'
import type { DnsService, ServiceEvents, ServiceOptions } from './service.ts'

/** Entries of one message; taking them does not keep a query waiting for long. */
const PART = 250
/** A process that ends sooner, in milliseconds, would end again. */
const TRIAL = 5_000
/** Milliseconds that processes have to drain. */
const DRAINING = 60_000

/** Opens the addresses and closes them again: port 0 becomes a port, and what is wrong with them is known at once. */
async function freeEndpoints({ listen }: ServiceOptions): Promise<readonly Endpoint[]> {
  const nothing = buildTables({
    tables: [{ expansion: { search: undefined, expandsOnce: true }, entries: [] }],
    views: [],
  })
  const server = await DnsServer.start(nothing, { listen, forwarding: { upstreams: [] } })
  const { endpoints } = server
  await server.close()
  return endpoints
}

function* ordersFor({ tables, views }: ServedTables): Iterable<Order> {
  yield { kind: 'tables', expansions: tables.map(({ expansion }) => expansion), views }
  for (const [table, { entries }] of tables.entries()) {
    for (let from = 0; from < entries.length; from += PART) {
      yield { kind: 'entries', table, entries: entries.slice(from, from + PART) }
    }
  }
}

/** One process. */
class Member {
  readonly #worker: Worker
  readonly #started = performance.now()
  #inUse: (() => void) | undefined
  #counted: ((counts: Counts | undefined) => void) | undefined

  constructor(events: ServiceEvents, ended: (member: Member) => void) {
    this.#worker = cluster.fork()
    this.#worker.on('message', (report: Report) => this.#hear(report, events))
    this.#worker.on('error', (error) => events.failed(error))
    this.#worker.on('exit', () => {
      this.#inUse?.()
      this.#counted?.(undefined)
      ended(this)
    })
  }

  get age(): number {
    return performance.now() - this.#started
  }

  #hear(report: Report, events: ServiceEvents): void {
    switch (report.kind) {
      case 'used':
        this.#inUse?.()
        break
      case 'counts':
        this.#counted?.(report.counts)
        break
      case 'queries':
        events.queries(report.entries, report.lost)
        break
      case 'failed':
        events.failed(Object.assign(new Error(report.message), { code: report.code }))
    }
  }

  #order(order: Order): void {
    // A process that has just ended is noticed by its exit.
    this.#worker.send(order, () => undefined)
  }

  use(tables: ServedTables, generation: number, options: ServiceOptions): Promise<void> {
    for (const order of ordersFor(tables)) this.#order(order)
    this.#order({ kind: 'use', generation, options })
    const before = this.#inUse
    return new Promise((resolve) => {
      this.#inUse = () => {
        before?.()
        resolve()
      }
    })
  }

  counts(): Promise<Counts | undefined> {
    this.#order({ kind: 'count' })
    return new Promise((resolve) => {
      this.#counted = resolve
    })
  }

  /** Resolves when the process has ended. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#worker.process.kill('SIGKILL'), DRAINING)
      this.#worker.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#order({ kind: 'drain' })
    })
  }
}

class Pool implements DnsService {
  readonly #options: ServiceOptions
  readonly #events: ServiceEvents
  readonly #members = new Set<Member>()
  #tables: ServedTables
  #generation = 0
  #isDraining = false

  constructor(options: ServiceOptions, tables: ServedTables, events: ServiceEvents) {
    this.#options = options
    this.#tables = tables
    this.#events = events
  }

  get endpoints(): readonly Endpoint[] {
    return this.#options.listen
  }

  /** Resolves when the new process answers. */
  grow(): Promise<void> {
    const member = new Member(this.#events, (ended) => this.#replace(ended))
    this.#members.add(member)
    return member.use(this.#tables, this.#generation, this.#options)
  }

  #replace(ended: Member): void {
    this.#members.delete(ended)
    if (this.#isDraining) return
    if (ended.age < TRIAL) this.#events.failed(new Error('a process that answers queries ended'))
    else void this.grow()
  }

  async update(tables: ServedTables, generation: number): Promise<void> {
    this.#tables = tables
    this.#generation = generation
    await Promise.all([...this.#members].map((member) => member.use(tables, generation, this.#options)))
  }

  async counts(): Promise<readonly Counts[]> {
    const all = await Promise.all([...this.#members].map((member) => member.counts()))
    return all.filter((counts) => counts !== undefined)
  }

  async drain(): Promise<void> {
    this.#isDraining = true
    await Promise.all([...this.#members].map((member) => member.drain()))
  }
}

/**
 * Starts the program again, as processes that answer (`worker.ts`).
 * @param count of processes
 * @throws NodeJS.ErrnoException if an address cannot be used
 */
export async function serveInWorkers(
  count: number,
  tables: ServedTables,
  options: ServiceOptions,
  events: ServiceEvents,
): Promise<DnsService> {
  const listen = await freeEndpoints(options)
  // Each process takes connections itself; this one may be computing.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ serialization: 'advanced' })
  const pool = new Pool({ ...options, listen }, tables, events)
  await Promise.all(Array.from({ length: count }, () => pool.grow()))
  return pool
}
