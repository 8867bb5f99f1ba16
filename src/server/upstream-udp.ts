/** Questions to one upstream by UDP. */
import { randomFillSync } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { ipFamily } from '../common/addresses.ts'
import { readUint16, writeUint16 } from '../serving/format.ts'
import { limitOf } from '../serving/responder.ts'
import { type Forwarded, readUpstreamReply } from '../serving/upstream-reply.ts'
import type { Endpoint } from './endpoint.ts'

/** Is called once, with the response to the client; undefined if the upstream did not give one. */
export type Exchanged = (reply: Uint8Array | undefined) => void

interface Pending {
  readonly forwarded: Forwarded
  readonly deadline: number
  readonly done: Exchanged
}

/** Questions that wait for an answer through one socket; the rest fail. */
const MOST_PENDING = 16_384
/** The kernel may give less. */
const RECEIVE_BUFFER = 4 << 20

const randomIds = new Uint16Array(4096)
let usedIds = randomIds.length

/** An ID that a stranger cannot guess. */
function randomId(): number {
  if (usedIds === randomIds.length) {
    randomFillSync(randomIds)
    usedIds = 0
  }
  return randomIds[usedIds++] as number
}

/** One port of ours, connected to the upstream, so that the kernel drops what others send. */
class Port {
  readonly #socket: Socket
  readonly #timeout: number
  readonly #pending = new Map<number, Pending>()
  #timer: NodeJS.Timeout | undefined
  /** Until the socket is connected. */
  #waiting: Uint8Array[] | undefined = []
  #isRetired = false
  /** Questions so far; infinite if there can be no further ones. */
  uses = 0

  constructor({ address, port }: Endpoint, timeout: number) {
    this.#timeout = timeout
    this.#socket = createSocket({ type: ipFamily(address) === 6 ? 'udp6' : 'udp4' })
    this.#socket.on('message', (message) => this.#receive(message))
    // The upstream's port is closed, or there is no way to it.
    this.#socket.on('error', () => this.#fail(Number.POSITIVE_INFINITY))
    this.#socket.connect(port, address, (error?: Error) => this.#connected(error))
  }

  #connected(error: Error | undefined): void {
    // There is no way to such an address.
    if (error) {
      this.uses = Number.POSITIVE_INFINITY
      this.#fail(Number.POSITIVE_INFINITY)
      return
    }
    try {
      this.#socket.setRecvBufferSize(RECEIVE_BUFFER)
    } catch {
      // The default size does.
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const message of waiting) this.#send(message)
  }

  #send(message: Uint8Array): void {
    if (this.#waiting) this.#waiting.push(message)
    else this.#socket.send(message)
  }

  ask(forwarded: Forwarded, done: Exchanged): void {
    this.uses++
    if (this.#pending.size >= MOST_PENDING) {
      done(undefined)
      return
    }
    let id = randomId()
    while (this.#pending.has(id)) id = randomId()
    const message = Buffer.from(forwarded.message)
    writeUint16(message, 0, id)
    this.#pending.set(id, { forwarded, deadline: performance.now() + this.#timeout, done })
    this.#send(message)
    this.#startTimer()
  }

  #receive(message: Uint8Array): void {
    if (message.length < 2) return
    const id = readUint16(message, 0)
    const pending = this.#pending.get(id)
    if (!pending) return
    // The agent's client reads no more bytes than it offers; the rest of a message is lost.
    const read = message.subarray(0, limitOf(pending.forwarded.question, 'udp'))
    const reply = readUpstreamReply(read, pending.forwarded)
    if (reply === 'other') return
    this.#pending.delete(id)
    pending.done(reply === 'broken' ? undefined : reply)
    this.#closeIfDone()
  }

  /** All questions have the same timeout, so the first one is the oldest. */
  #startTimer(): void {
    if (this.#timer) return
    for (const { deadline } of this.#pending.values()) {
      this.#timer = setTimeout(
        () => {
          this.#timer = undefined
          this.#fail(performance.now())
          this.#startTimer()
        },
        Math.max(1, deadline - performance.now()),
      )
      return
    }
  }

  /** Fails the questions whose deadline has passed. */
  #fail(now: number): void {
    for (const [id, { deadline, done }] of this.#pending) {
      if (deadline > now) break
      this.#pending.delete(id)
      done(undefined)
    }
    this.#closeIfDone()
  }

  #closeIfDone(): void {
    if (this.#isRetired && this.#pending.size === 0) this.close()
  }

  /** Takes no more questions, and closes after the last answer. */
  retire(): void {
    this.#isRetired = true
    this.#closeIfDone()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#isRetired = false
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#socket.close()
    for (const { done } of pending) done(undefined)
  }
}

/** A port is used for this many questions, so that a stranger has to guess it along with the ID. */
const MOST_USES = 1000

/** Opens a port when it is needed. */
export class UdpExchanges {
  readonly #upstream: Endpoint
  readonly #timeout: number
  #port: Port | undefined

  /** @param timeout in milliseconds */
  constructor(upstream: Endpoint, timeout: number) {
    this.#upstream = upstream
    this.#timeout = timeout
  }

  ask(forwarded: Forwarded, done: Exchanged): void {
    if (this.#port && this.#port.uses >= MOST_USES) {
      this.#port.retire()
      this.#port = undefined
    }
    this.#port ??= new Port(this.#upstream, this.#timeout)
    this.#port.ask(forwarded, done)
  }

  close(): void {
    this.#port?.close()
    this.#port = undefined
  }
}
