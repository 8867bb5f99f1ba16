/**
 * A TCP connection to a port of a pod, through the API server's port-forward. The bytes travel in a WebSocket as two
 * channels: the first carries data, the second an error of the node. The server begins each with the port's number.
 */
import type { IncomingMessage } from 'node:http'
import type { Agent } from 'node:https'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { PortForward } from '@kubernetes/client-node/dist/portforward.js'
import { WebSocket } from 'ws'
import { AnswerError, type StatusError } from '../errors.ts'
import { TimeLimit } from '../http/time-limit.ts'
import type { PodPort } from '../types.ts'
import { ForwardError } from './errors.ts'

/** How to reach the API server. */
export interface Dial {
  /** The API's URL without a slash at its end. */
  readonly api: string
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  /** Reads an answer of the API server that is not a WebSocket. */
  readonly refusal: (response: IncomingMessage) => Promise<StatusError>
  readonly signal: AbortSignal
  /** Milliseconds; 0 for no limit. */
  readonly timeout: number
}

/** Nodes send pieces of 32 KB. */
const MOST_FRAME_BYTES = 4_000_000
const MOST_ERROR_BYTES = 4000
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const DATA = 0
const ERROR = 1
/** In version 5, this channel carries the numbers of channels that end. */
const ENDS = 255
const PORT_BYTES = 2

type OnChannel = (channel: number, bytes: Buffer) => boolean

const notForward = (): AnswerError =>
  new AnswerError(
    'the API server sent something other than a port-forward',
    'is there a proxy between here and the API server that does not pass WebSockets on?',
  )

/** Errors of a handshake that was answered, but not as for a port-forward. They have no code. */
const isProtocol = ({ message }: Error): boolean => /subprotocol|Sec-WebSocket|Invalid Upgrade/.test(message)

/** The stream on this side of the tunnel. */
class Tunnel extends Duplex {
  /** What is sent to the pod. */
  readonly input = new PassThrough()
  /** Takes data from the pod. */
  readonly output: Writable
  /** Takes the node's message, after which the connection ends. */
  readonly errors: Writable
  #socket: WebSocket | undefined

  constructor() {
    super()
    this.output = new Writable({
      write: (chunk, _encoding, done) => {
        // More is not read from the network than is taken here.
        if (!this.push(chunk)) this.#socket?.pause()
        done()
      },
    })
    let message = ''
    this.errors = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        message = (message + chunk.toString('utf8')).slice(0, MOST_ERROR_BYTES)
        if (message !== '') this.destroy(new ForwardError(message))
        done()
      },
    })
    // The reader of the stream reports errors; one that comes before it reads is kept in `errored`.
    this.on('error', () => {})
  }

  attach(socket: WebSocket): void {
    this.#socket = socket
    socket.on('close', () => this.finish())
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // What is not a WebSocket's data, or is too large. Errors of the connection end the data.
      if (error.code?.startsWith('WS_ERR_')) this.destroy(notForward())
    })
  }

  /** The pod has sent everything. */
  finish(): void {
    if (!this.readableEnded && !this.destroyed) this.push(null)
  }

  override _read(): void {
    if (this.#socket?.isPaused) this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.input.write(chunk)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket?.terminate()
    done(error)
  }
}

/** Checks that the channels begin as those of a port-forward, and passes their data on. */
function reader(port: number, tunnel: Tunnel, pass: OnChannel): (data: Buffer) => void {
  const begun = new Set<number>()
  return (data) => {
    const [channel] = data
    const bytes = data.subarray(1)
    if (channel === ENDS) {
      if (bytes[0] === DATA) tunnel.finish()
      return
    }
    const isBegun = begun.has(channel as number)
    if ((channel !== DATA && channel !== ERROR) || (!isBegun && !isPort(bytes, port))) {
      tunnel.destroy(notForward())
      return
    }
    begun.add(channel)
    if (!tunnel.destroyed) pass(channel, bytes)
  }
}

const isPort = (bytes: Buffer, port: number): boolean => bytes.length >= PORT_BYTES && bytes.readUInt16LE(0) === port

/** A WebSocket to the API server. @throws StatusError when the server refuses it, and errors of the connection */
function connect(url: string, dial: Dial, onData: (data: Buffer) => void): Promise<WebSocket> {
  const { agent, headers, refusal, signal, timeout } = dial
  return new Promise((resolve, reject) => {
    const options = { agent, headers, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false }
    const socket = new WebSocket(url, PROTOCOLS, options)
    const abort = (): void => socket.terminate()
    const limit = new TimeLimit(timeout, abort)
    signal.addEventListener('abort', abort)
    socket.on('close', () => signal.removeEventListener('abort', abort))
    socket.on('message', (data, isBinary) => {
      if (isBinary) onData(data as Buffer)
    })
    socket.on('unexpected-response', (_request, response) => {
      limit.lift()
      refusal(response).then(reject, reject).finally(abort)
    })
    socket.on('open', () => {
      limit.lift()
      resolve(socket)
    })
    socket.on('error', (error) => {
      limit.lift()
      reject(limit.exceeded ?? (isProtocol(error) ? notForward() : error))
    })
  })
}

/**
 * Opens a connection to a port of a pod.
 * @returns a stream that ends when the pod closes the connection, and fails with ForwardError when the node cannot
 * connect to the port
 * @throws StatusError when the API server refuses, and errors of the connection
 */
export async function openTunnel({ namespace, pod, port }: PodPort, dial: Dial): Promise<Duplex> {
  const tunnel = new Tunnel()
  const forward = new PortForward(new KubeConfig(), true, {
    connect: async (path, _onText, onChannel) => {
      const onData = onChannel ? reader(port, tunnel, onChannel) : () => {}
      const socket = await connect(`${dial.api.replace(/^http/, 'ws')}${path}`, dial, onData)
      tunnel.attach(socket)
      return socket
    },
  })
  await forward.portForward(namespace, pod, [port], tunnel.output, tunnel.errors, tunnel.input)
  return tunnel
}
