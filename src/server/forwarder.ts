/** Forwards questions to the upstream resolvers (queryUpstream in pkg/dns/client/dns.go of the reference). */
import type { Transport } from '../serving/responder.ts'
import type { Forwarded } from '../serving/upstream-reply.ts'
import { type Endpoint, endpointText } from './endpoint.ts'
import { exchangeByTcp } from './upstream-tcp.ts'
import { type Exchanged, UdpExchanges } from './upstream-udp.ts'

/** The agent waits this many milliseconds for each resolver. */
const UPSTREAM_TIMEOUT = 5_000

export interface ForwarderOptions {
  readonly upstreams: readonly Endpoint[]
  /** Milliseconds for each upstream; as long as the agent waits by default. */
  readonly timeout?: number | undefined
  /** Whether to ask all upstreams at once and take the first response, as the agent does with DNS_FORWARD_PARALLEL. */
  readonly isParallel?: boolean
}

/** @param reply undefined if no upstream answered; `upstream` is the one that did, as text */
export type ForwardDone = (reply: Uint8Array | undefined, upstream: string | undefined) => void

class Upstream {
  readonly text: string
  readonly #endpoint: Endpoint
  readonly #timeout: number
  readonly #udp: UdpExchanges
  readonly #open = new Set<() => void>()

  constructor(endpoint: Endpoint, timeout: number) {
    this.text = endpointText(endpoint)
    this.#endpoint = endpoint
    this.#timeout = timeout
    this.#udp = new UdpExchanges(endpoint, timeout)
  }

  /** By the transport of the client, as the agent does: a client that gets a cut response asks again by TCP. */
  ask(forwarded: Forwarded, transport: Transport, done: Exchanged): void {
    if (transport === 'udp') {
      this.#udp.ask(forwarded, done)
      return
    }
    const end = exchangeByTcp(this.#endpoint, forwarded, this.#timeout, (reply) => {
      this.#open.delete(end)
      done(reply)
    })
    this.#open.add(end)
  }

  close(): void {
    this.#udp.close()
    for (const end of [...this.#open]) end()
  }
}

function inRandomOrder<T>(items: readonly T[]): readonly T[] {
  if (items.length < 2) return items
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

/** Questions that wait for upstreams; further ones fail at once. */
const MOST_WAITING = 32_768

export class Forwarder {
  readonly #upstreams: readonly Upstream[]
  readonly #isParallel: boolean
  #waiting = 0
  #isClosed = false
  #whenIdle: (() => void)[] = []

  constructor({ upstreams, timeout = UPSTREAM_TIMEOUT, isParallel = false }: ForwarderOptions) {
    this.#upstreams = upstreams.map((endpoint) => new Upstream(endpoint, timeout))
    this.#isParallel = isParallel
  }

  /** Calls `done` once, possibly before it returns. */
  forward(forwarded: Forwarded, transport: Transport, done: ForwardDone): void {
    if (this.#isClosed || this.#upstreams.length === 0 || this.#waiting >= MOST_WAITING) {
      done(undefined, undefined)
      return
    }
    this.#waiting++
    const finish: ForwardDone = (reply, upstream) => {
      done(reply, upstream)
      this.#waiting--
      if (this.#waiting === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
    }
    if (this.#isParallel) this.#askAll(forwarded, transport, finish)
    else this.#askNext(inRandomOrder(this.#upstreams), 0, forwarded, transport, finish)
  }

  /** The next upstream is asked if one fails; an error code is an answer. */
  #askNext(
    order: readonly Upstream[],
    index: number,
    forwarded: Forwarded,
    transport: Transport,
    done: ForwardDone,
  ): void {
    const upstream = order[index]
    if (!upstream || this.#isClosed) {
      done(undefined, undefined)
      return
    }
    upstream.ask(forwarded, transport, (reply) => {
      if (reply) done(reply, upstream.text)
      else this.#askNext(order, index + 1, forwarded, transport, done)
    })
  }

  #askAll(forwarded: Forwarded, transport: Transport, done: ForwardDone): void {
    let left = this.#upstreams.length
    let isDone = false
    for (const upstream of this.#upstreams) {
      upstream.ask(forwarded, transport, (reply) => {
        left--
        if (isDone || (!reply && left > 0)) return
        isDone = true
        done(reply, reply && upstream.text)
      })
    }
  }

  /** Resolves when no question waits for an upstream. */
  async idle(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  /** Questions that still wait fail. */
  close(): void {
    this.#isClosed = true
    for (const upstream of this.#upstreams) upstream.close()
  }
}
