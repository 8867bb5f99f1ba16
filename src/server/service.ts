/** A DNS server whose tables are plain data, in this process or in others. */
import type { ServedTables } from '../serving/tables.ts'
import { buildTables } from '../serving/tables.ts'
import type { Endpoint } from './endpoint.ts'
import type { ForwarderOptions } from './forwarder.ts'
import { type Counts, type QueryEntry, Recorder, type RecorderOptions } from './recorder.ts'
import { DnsServer } from './server.ts'

export interface ServiceOptions {
  readonly listen: readonly Endpoint[]
  readonly forwarding: ForwarderOptions
  readonly recording: RecorderOptions
}

/** What a service reports. */
export interface ServiceEvents {
  /** Some queries, and how many more there were that it could not keep. */
  queries(entries: readonly QueryEntry[], lost: number): void
  /** It cannot go on. */
  failed(error: Error): void
}

export interface DnsService {
  readonly endpoints: readonly Endpoint[]
  /** Resolves when the new tables answer. */
  update(tables: ServedTables, generation: number): Promise<void>
  /** Counts since the last call. */
  counts(): Promise<readonly Counts[]>
  /** Answers what it has received, reports the last queries, and closes. */
  drain(): Promise<void>
}

/** Milliseconds between reports of queries. */
const REPORT = 100

/** Takes entries from a recorder now and then. @returns a function that takes the last ones */
export function reportQueries(recorder: Recorder, { log }: RecorderOptions, events: Pick<ServiceEvents, 'queries'>) {
  function report(): void {
    const { entries, lost } = recorder.takeEntries()
    if (entries.length + lost > 0) events.queries(entries, lost)
  }
  const timer = log ? setInterval(report, REPORT) : undefined
  return () => {
    clearInterval(timer)
    report()
  }
}

/** @throws NodeJS.ErrnoException if an address cannot be used */
export async function serveInProcess(
  tables: ServedTables,
  options: ServiceOptions,
  events: ServiceEvents,
): Promise<DnsService> {
  const { listen, forwarding, recording } = options
  const recorder = new Recorder(recording)
  const server = await DnsServer.start(buildTables(tables), { listen, forwarding, observe: recorder.observer })
  const endReports = reportQueries(recorder, recording, events)
  return {
    endpoints: server.endpoints,
    async update(changed, generation) {
      server.update(buildTables(changed))
      recorder.generation = generation
    },
    counts: async () => [recorder.takeCounts()],
    async drain() {
      await server.drain()
      endReports()
    },
  }
}
