/** Questions by TCP, with the limits of the server of miekg/dns (server.go of v1.1.72), which is behind the agent's. */
import { createServer, type Server, type Socket } from 'node:net'
import type { Slice } from '../serving/slab.ts'
import type { Endpoint } from './endpoint.ts'
import { Frames, framed } from './frames.ts'
import type { Handler, Replier } from './handler.ts'

/** Questions of one connection. */
const MOST_QUESTIONS = 128
/** Milliseconds that a client has for its first question, and for each further one. */
const FIRST_TIMEOUT = 2_000
const IDLE_TIMEOUT = 8_000
const MOST_CONNECTIONS = 4_096

/** One client, whose questions are answered in order. */
class Connection<R> implements Replier {
  readonly #socket: Socket
  readonly #handler: Handler<R>
  readonly #client: Endpoint
  readonly #frames = new Frames()
  #isBusy = false
  #hasEnded = false
  /** Whether the connection ends after the current question. */
  #isLast = false
  #questions = 0
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, handler: Handler<R>) {
    this.#socket = socket
    this.#handler = handler
    this.#client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    socket.on('data', (chunk) => {
      this.#frames.add(chunk)
      this.#next()
    })
    socket.on('end', () => {
      this.#hasEnded = true
      this.#next()
    })
    socket.on('error', () => this.close())
    socket.on('close', () => clearTimeout(this.#timer))
    this.#wait(FIRST_TIMEOUT)
  }

  #wait(timeout: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.close(), timeout)
  }

  #next(): void {
    if (this.#isBusy) {
      this.#socket.pause()
      return
    }
    const message = this.#frames.next()
    if (!message) {
      if (this.#hasEnded) this.#socket.end()
      return
    }
    this.#isBusy = true
    this.#questions++
    clearTimeout(this.#timer)
    this.#handler.handle(message, 'tcp', this.#client, this)
  }

  reply(_client: Endpoint, reply: Slice | undefined): void {
    if (this.#socket.destroyed) return
    if (!reply) this.#replied()
    else {
      const { buffer, start, length } = reply
      // A client that does not read its response is gone.
      this.#wait(IDLE_TIMEOUT)
      this.#socket.write(framed(buffer.subarray(start, start + length)), () => this.#replied())
    }
  }

  #replied(): void {
    if (this.#socket.destroyed) return
    if (this.#questions >= MOST_QUESTIONS || this.#isLast) {
      this.#socket.end()
      this.#wait(IDLE_TIMEOUT)
      return
    }
    this.#isBusy = false
    this.#wait(IDLE_TIMEOUT)
    this.#socket.resume()
    // Not at once, so that a client with many questions does not keep the others waiting.
    setImmediate(() => this.#next())
  }

  /** Ends the connection after the question that is being answered. */
  finish(): void {
    this.#isLast = true
    if (!this.#isBusy) this.close()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#socket.destroy()
  }
}

export class TcpListener<R> {
  readonly #server: Server
  readonly #connections = new Set<Connection<R>>()

  private constructor(server: Server, handler: Handler<R>) {
    this.#server = server
    server.maxConnections = MOST_CONNECTIONS
    server.on('connection', (socket) => {
      const connection = new Connection(socket, handler)
      this.#connections.add(connection)
      socket.on('close', () => this.#connections.delete(connection))
    })
    server.on('error', () => undefined)
  }

  /** @throws NodeJS.ErrnoException if the address cannot be used */
  static open<R>({ address, port }: Endpoint, handler: Handler<R>): Promise<TcpListener<R>> {
    return new Promise((resolve, reject) => {
      // A client may end its side after the question.
      const server = createServer({ allowHalfOpen: true, noDelay: true })
      server.once('error', reject)
      server.listen({ host: address, port }, () => {
        server.off('error', reject)
        resolve(new TcpListener(server, handler))
      })
    })
  }

  /** Takes no new connections, and ends those that wait for a question. */
  finish(): void {
    this.#server.close()
    for (const connection of this.#connections) connection.finish()
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections) connection.close()
    await closed
  }
}
