/** Servers that tell who they are and what they received: TCP, TLS, HTTP/1.1, HTTP/2 and gRPC, by the first bytes. */
import { createServer as createHttp, type Server as HttpServer } from 'node:http'
import { createServer as createHttp2, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from 'node:tls'
import { once } from '../../common/once.ts'
import { type ClientHello, isHandshake, readClientHello } from './client-hello.ts'
import type { Received, ReceivedRequest, ReceivedTls } from './received.ts'

const HTTP_2_PREFACE = 'PRI '
const REQUEST = /^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/
const LONGEST_TEXT = 1024
const GRPC_MESSAGE = 'application/grpc'
/** Marks answers of an echo server, which a proxy's own answers do not have. */
export const ECHO_HEADER = 'x-echo'
/** Where answers of gRPC, whose messages are sent back as they are, say what arrived. */
export const ECHO_METADATA = 'x-echo-received'

/** A connection before anything is known about its request. */
export type Accepted = Omit<Received, 'http' | 'text'>

/**
 * Passes a connection on, both ways, and ends both together.
 * @param opened runs before anything is passed on
 */
export function passOn(socket: Socket, port: number, opened: (onward: Socket) => void): void {
  const onward = connect(port, '127.0.0.1', () => {
    opened(onward)
    socket.pipe(onward).pipe(socket)
  })
  onward.on('error', () => socket.destroy())
  onward.on('close', () => socket.destroy())
  socket.on('error', () => onward.destroy())
  socket.on('close', () => onward.destroy())
}

const answerText = (received: Received): string => `${JSON.stringify(received)}\n`

/** TLS of an echo server. OpenSSL refuses clients that resume a session if the server asks for certificates without naming its sessions. */
export const echoContext = (options: SecureContextOptions): SecureContext =>
  createSecureContext({ ...options, sessionIdContext: 'echo' })

export interface EchoSettings {
  /** The certificate of the server at a place. */
  contextOf(place: Accepted, hello: ClientHello): Promise<SecureContext> | SecureContext
  /** How long to wait for a client before sending first, in milliseconds; undefined: without end. */
  patienceOf(place: Accepted): number | undefined
  /** Runs for each answer. */
  answered?(received: Received): void
}

function tlsFacts(socket: TLSSocket, { sni, alpn }: ClientHello): ReceivedTls {
  const { subjectaltname: client } = socket.getPeerCertificate() ?? {}
  const version = socket.getProtocol() ?? undefined
  return { sni, alpn, ...(version && { version }), ...(client && { client }) }
}

function respond(stream: ServerHttp2Stream, received: Received, contentType: string): void {
  const text = answerText(received)
  if (!contentType.startsWith(GRPC_MESSAGE)) {
    stream.respond({ ':status': 200, 'content-type': 'application/json', [ECHO_HEADER]: 'yes' })
    stream.end(text)
    return
  }
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  const metadata = { [ECHO_HEADER]: 'yes', [ECHO_METADATA]: text.trim() }
  stream.respond({ ':status': 200, 'content-type': contentType, ...metadata }, { waitForTrailers: true })
  stream.pipe(stream)
}

/** One per process is enough: every connection comes with its place. */
export class EchoServer {
  readonly #settings: EchoSettings
  readonly #places = new WeakMap<object, Accepted>()
  readonly #http: HttpServer

  constructor(settings: EchoSettings) {
    this.#settings = settings
    this.#http = this.#http1()
  }

  /** Answers a connection. It decides by the first bytes what it is. */
  take(socket: Socket, place: Accepted): void {
    const patience = this.#settings.patienceOf(place)
    const speak = (): void => this.#end(socket, place)
    const timer = patience === undefined ? undefined : setTimeout(speak, patience)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => clearTimeout(timer))
    socket.once('readable', () => {
      clearTimeout(timer)
      const first = socket.read() as Buffer | null
      if (first === null) {
        socket.end()
        return
      }
      if (isHandshake(first)) void this.#secure(socket, first, place)
      else this.#plain(socket, first, place)
    })
  }

  #answer(received: Received): Received {
    this.#settings.answered?.(received)
    return received
  }

  #end(socket: Socket, received: Received): void {
    socket.end(answerText(this.#answer(received)))
  }

  #plain(socket: Socket, first: Buffer, place: Accepted): void {
    const text = first.toString('latin1')
    const isHttp1 = REQUEST.test(text)
    if (!isHttp1 && !text.startsWith(HTTP_2_PREFACE)) {
      this.#end(socket, { ...place, text: first.toString('utf8', 0, LONGEST_TEXT) })
      return
    }
    socket.unshift(first)
    if (isHttp1) {
      this.#places.set(socket, place)
      this.#http.emit('connection', socket)
    } else void this.#toHttp2(socket, place)
  }

  async #secure(socket: Socket, first: Buffer, place: Accepted): Promise<void> {
    const hello = readClientHello(first)
    const secureContext = await this.#settings.contextOf(place, hello)
    if (socket.destroyed) return
    socket.unshift(first)
    const inner = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNCallback: ({ protocols }) => protocols[0],
    })
    inner.on('error', () => inner.destroy())
    // A client's own TLS may be inside that of its proxy.
    inner.once('secure', () => this.take(inner, { ...place, tls: place.tls ?? tlsFacts(inner, hello) }))
  }

  #http1(): HttpServer {
    const server = createHttp((request, response) => {
      const { method = '', url: path = '', headers, socket } = request
      const http: ReceivedRequest = { version: '1.1', method, path, host: headers.host ?? '', headers }
      response.setHeader('content-type', 'application/json')
      response.setHeader(ECHO_HEADER, 'yes')
      response.end(answerText(this.#answer({ ...this.#placeOf(socket), http })))
    })
    server.on('connect', (_request, socket: Socket, head: Buffer) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      if (head.length > 0) socket.unshift(head)
      this.take(socket, this.#placeOf(socket))
    })
    return server
  }

  #placeOf(socket: object): Accepted {
    return this.#places.get(socket) ?? { endpoint: '', proxy: '', cluster: '' }
  }

  readonly #meant = new Map<number, Accepted>()

  /** Serves HTTP/2 for all places; the port of the client's end tells which one is meant. */
  readonly #http2Port = once(async (): Promise<number> => {
    const server: Http2Server = createHttp2()
    server.on('stream', (stream, headers) => {
      const { ':method': method = '', ':path': path = '', ':authority': host = '' } = headers
      const place = this.#meant.get(stream.session?.socket.remotePort ?? 0)
      stream.on('error', () => stream.destroy())
      const http: ReceivedRequest = { version: '2', method, path, host, headers }
      const received = this.#answer({ ...(place ?? { endpoint: '', proxy: '', cluster: '' }), http })
      respond(stream, received, headers['content-type'] ?? '')
    })
    server.on('sessionError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    server.unref()
    return (server.address() as AddressInfo).port
  })

  /** Node's server of HTTP/2 fails now and then with sockets that were read before, so it gets connections of its own. */
  async #toHttp2(socket: Socket, place: Accepted): Promise<void> {
    const port = await this.#http2Port()
    passOn(socket, port, (onward) => {
      const { localPort = 0 } = onward
      this.#meant.set(localPort, place)
      onward.on('close', () => this.#meant.delete(localPort))
    })
  }
}
