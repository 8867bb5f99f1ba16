/** Metrics in Prometheus's text form, and whether the server answers, by HTTP. */
import { createServer, type Server } from 'node:http'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Endpoint } from './endpoint.ts'
import type { Counts } from './recorder.ts'

/** The agent's, for its own histogram. */
const BUCKETS = [0.001, 0.005, 0.01, 0.1, 1, 5]

export class Metrics {
  readonly #registry = new Registry()
  readonly #queries: Counter
  readonly #upstream: Histogram
  readonly #reloads: Counter
  readonly #names: Gauge
  readonly #changed: Gauge
  readonly #counts: () => Promise<readonly Counts[]>
  /** Counts can be taken once at a time. */
  #collecting: Promise<void> = Promise.resolve()

  /** @param counts since the last call */
  constructor(counts: () => Promise<readonly Counts[]>) {
    this.#counts = counts
    const registers = [this.#registry]
    this.#queries = new Counter({
      name: 'vipctl_dns_queries_total',
      help: 'Queries by transport, and by what answered: the table, an upstream, or nothing.',
      labelNames: ['transport', 'outcome'],
      registers,
    })
    this.#upstream = new Histogram({
      name: 'vipctl_dns_upstream_duration_seconds',
      help: 'Time until the answer to a forwarded query.',
      buckets: BUCKETS,
      registers,
    })
    this.#reloads = new Counter({
      name: 'vipctl_dns_reloads_total',
      help: 'Later states of the input: used, or kept out because of errors.',
      labelNames: ['result'],
      registers,
    })
    this.#names = new Gauge({ name: 'vipctl_dns_names', help: 'Names in the table of the first proxy.', registers })
    this.#changed = new Gauge({
      name: 'vipctl_dns_table_timestamp_seconds',
      help: 'When the current tables began to answer.',
      registers,
    })
    for (const result of ['used', 'kept']) this.#reloads.inc({ result }, 0)
  }

  /** New tables answer. */
  used(names: number): void {
    this.#names.set(names)
    this.#changed.setToCurrentTime()
  }

  reloaded(result: 'used' | 'kept'): void {
    this.#reloads.inc({ result })
  }

  async #collect(): Promise<void> {
    for (const { queries, upstreamSeconds } of await this.#counts()) {
      for (const { transport, outcome, count } of queries) this.#queries.inc({ transport, outcome }, count)
      for (const seconds of upstreamSeconds) this.#upstream.observe(seconds)
    }
  }

  async text(): Promise<string> {
    this.#collecting = this.#collecting.then(() => this.#collect())
    await this.#collecting
    return this.#registry.metrics()
  }
}

/** @throws NodeJS.ErrnoException if the address cannot be used */
export function serveMetrics({ address, port }: Endpoint, metrics: Metrics): Promise<Server> {
  const server = createServer((request, response) => {
    function send(status: number, text: string): void {
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
    }
    const path = (request.url ?? '').split('?')[0]
    if (path === '/healthz') send(200, 'ok\n')
    else if (path === '/metrics')
      metrics.text().then(
        (text) => send(200, text),
        () => send(500, 'no counts\n'),
      )
    else send(404, 'there are /metrics and /healthz\n')
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}
