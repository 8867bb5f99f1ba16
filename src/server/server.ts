/** A DNS server on sockets, in this process. */
import type { Responder } from '../serving/responder.ts'
import type { Views } from '../serving/views.ts'
import type { Endpoint } from './endpoint.ts'
import { Forwarder, type ForwarderOptions } from './forwarder.ts'
import { Handler, type QueryObserver } from './handler.ts'
import { TcpListener } from './tcp.ts'
import { UdpListener } from './udp.ts'

export interface DnsServerOptions<R> {
  /** Each for UDP and TCP. Port 0 is any that is free. */
  readonly listen: readonly Endpoint[]
  readonly forwarding: ForwarderOptions
  readonly observe?: QueryObserver<R> | undefined
}

interface Pair<R> {
  readonly udp: UdpListener<R>
  readonly tcp: TcpListener<R>
}

/** Attempts to find a port that is free for both UDP and TCP. */
const ATTEMPTS = 20

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'

async function openPair<R>(listen: Endpoint, handler: Handler<R>, attempts = ATTEMPTS): Promise<Pair<R>> {
  const udp = await UdpListener.open(listen, handler)
  try {
    return { udp, tcp: await TcpListener.open({ ...listen, port: udp.endpoint.port }, handler) }
  } catch (error) {
    await udp.close()
    if (listen.port !== 0 || attempts === 1 || !isTaken(error)) throw error
    return openPair(listen, handler, attempts - 1)
  }
}

/** @typeParam R what the tables know of a record */
export class DnsServer<R> {
  readonly #handler: Handler<R>
  readonly #forwarder: Forwarder
  readonly #pairs: readonly Pair<R>[]

  private constructor(handler: Handler<R>, forwarder: Forwarder, pairs: readonly Pair<R>[]) {
    this.#handler = handler
    this.#forwarder = forwarder
    this.#pairs = pairs
  }

  /**
   * Opens all sockets, or none.
   * @param tables which table answers which client
   * @throws NodeJS.ErrnoException if an address cannot be used; its `address` and `port` say which
   */
  static async start<R>(tables: Views<Responder<R>>, options: DnsServerOptions<R>): Promise<DnsServer<R>> {
    const forwarder = new Forwarder(options.forwarding)
    const handler = new Handler(tables, forwarder, options.observe)
    const pairs: Pair<R>[] = []
    const server = new DnsServer(handler, forwarder, pairs)
    try {
      for (const listen of options.listen) pairs.push(await openPair(listen, handler))
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  /** Where it listens, in the order of the options. */
  get endpoints(): readonly Endpoint[] {
    return this.#pairs.map(({ udp }) => udp.endpoint)
  }

  /** From now on, questions are answered from these tables. */
  update(tables: Views<Responder<R>>): void {
    this.#handler.update(tables)
  }

  /** Answers every question that it has received, then closes. */
  async drain(): Promise<void> {
    for (const { tcp } of this.#pairs) tcp.finish()
    await this.#forwarder.idle()
    // Packets that the kernel has already received.
    await new Promise((resolve) => setTimeout(resolve, 0))
    await this.#forwarder.idle()
    await this.close()
  }

  /** Closes at once. */
  async close(): Promise<void> {
    this.#forwarder.close()
    await Promise.all(this.#pairs.flatMap(({ udp, tcp }) => [udp.close(), tcp.close()]))
  }
}
