/** A server behind one cluster that tells which endpoint it is and what it received: TCP, TLS, HTTP/1.1 and HTTP/2. */
import { createServer as createHttp } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type TLSSocket, TLSSocket as Tls } from 'node:tls'
import { once } from '../../../src/common/once.ts'
import type { Certificate } from './pki.ts'
import { listen } from './process.ts'

/** What an endpoint received. */
export interface Received {
  /** The last one on the way. */
  readonly proxy: string
  readonly cluster: string
  /** The loopback address of the endpoint. */
  readonly endpoint: string
  /** Set if the connection came in TLS. */
  readonly tls?: { readonly sni: string; readonly alpn: readonly string[] }
  readonly http?: ReceivedRequest
}

interface ReceivedRequest {
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly version: '1.1' | '2'
}

const TLS_HANDSHAKE = 0x16
const METHOD_OF_HTTP2 = 'PRI '
const REQUEST = /^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/

type About = Omit<Received, 'http'>

/** Serves HTTP/2 for all clusters; the port of the client's end tells which one is meant. */
const http2Port = once(async (): Promise<number> => {
  const server = createHttp2()
  server.on('stream', (stream, headers) => {
    const { ':path': path = '', ':authority': host = '' } = headers
    const said = meant.get(stream.session?.socket.remotePort ?? 0)
    stream.on('error', () => stream.destroy())
    stream.respond({ ':status': 200, 'x-echo': 'yes' })
    stream.end(JSON.stringify({ ...said, http: { path, host, headers, version: '2' } }))
  })
  server.on('sessionError', () => undefined)
  const port = await listen(server)
  server.unref()
  return port
})
const meant = new Map<number, About>()

/**
 * Passes a connection on to a port, both ways, and ends both together.
 * @param opened runs before anything is passed on
 */
function passOn(socket: Socket, port: number, opened: (onward: Socket) => void): void {
  const onward = connect(port, '127.0.0.1', () => {
    opened(onward)
    socket.pipe(onward).pipe(socket)
  })
  onward.on('error', () => socket.destroy())
  onward.on('close', () => socket.destroy())
  socket.on('error', () => onward.destroy())
  socket.on('close', () => onward.destroy())
}

/** Node's server of HTTP/2 fails now and then with sockets that were read before, so it gets connections of its own. */
async function toHttp2(socket: Socket, said: About): Promise<void> {
  passOn(socket, await http2Port(), (onward) => meant.set(onward.localPort ?? 0, said))
}

interface HttpServers {
  take(socket: Socket, version: 1 | 2, said: About): void
}

/** Answers requests of either version of HTTP, and opens tunnels. */
function httpServers(certificate: Certificate): HttpServers {
  const about = new WeakMap<object, About>()
  const answer = (socket: object | undefined, path: string, host: string, headers: object): string =>
    JSON.stringify({ ...(socket && about.get(socket)), http: { path, host, headers, version: '1.1' } })
  const one = createHttp((request, response) => {
    const { url = '', headers, socket } = request
    response.setHeader('x-echo', 'yes')
    response.end(answer(socket, url, headers.host ?? '', headers))
  })
  one.on('connect', (_request, socket: Socket, head: Buffer) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    serve(socket, about.get(socket) ?? { proxy: '', cluster: '', endpoint: '' }, certificate, servers)
  })
  const servers: HttpServers = {
    take(socket, version, said) {
      about.set(socket, said)
      if (version === 1) one.emit('connection', socket)
      else void toHttp2(socket, said)
    },
  }
  return servers
}

/** How long servers wait for the client before they send first; undefined: without end. */
const manners: { patienceMs?: number } = {}

/** Servers speak first to clients that wait, while the action runs. */
export async function speakingFirst<T>(action: () => Promise<T>): Promise<T> {
  manners.patienceMs = 200
  try {
    return await action()
  } finally {
    delete manners.patienceMs
  }
}

/** Decides by the first bytes what to be. */
function serve(socket: Socket, said: About, certificate: Certificate, servers: HttpServers): void {
  const { patienceMs } = manners
  const timer = patienceMs && setTimeout(() => socket.end(JSON.stringify(said)), patienceMs)
  socket.on('error', () => socket.destroy())
  socket.once('readable', () => {
    if (timer) clearTimeout(timer)
    const first = socket.read() as Buffer | null
    if (first === null) return
    socket.unshift(first)
    const text = first.toString('latin1')
    if (first[0] === TLS_HANDSHAKE) {
      let alpn: readonly string[] = []
      const inner: TLSSocket = new Tls(socket, {
        isServer: true,
        ...certificate,
        ALPNCallback: ({ protocols }) => {
          alpn = protocols
          return protocols[0]
        },
      })
      inner.on('error', () => inner.destroy())
      inner.once('secure', () => {
        const { servername } = inner as unknown as { servername: string | false }
        // A client's own TLS may be inside that of its proxy.
        serve(inner, { ...said, tls: said.tls ?? { sni: servername || '', alpn } }, certificate, servers)
      })
    } else if (text.startsWith(METHOD_OF_HTTP2)) servers.take(socket, 2, said)
    else if (REQUEST.test(text)) servers.take(socket, 1, said)
    else socket.end(JSON.stringify(said))
  })
}

/** Where a connection to an endpoint goes on; undefined if it ends there. @param endpoint its loopback address */
export type Relay = (endpoint: string) => OnwardPlace | undefined

interface OnwardPlace {
  /** Of the Envoy that takes it. */
  readonly port: number
  /** The PROXY header. */
  readonly header: string
}

/** A server on every loopback address. @returns it and its port */
export async function startEcho(
  proxy: string,
  cluster: string,
  certificate: Certificate,
  relay: Relay = () => undefined,
): Promise<{ server: Server; port: number }> {
  const servers = httpServers(certificate)
  const server = createServer((socket) => {
    const endpoint = socket.localAddress ?? ''
    const onward = relay(endpoint)
    if (onward) passOn(socket, onward.port, (to) => to.write(onward.header))
    else serve(socket, { proxy, cluster, endpoint }, certificate, servers)
  })
  return { server, port: await listen(server, '0.0.0.0') }
}
