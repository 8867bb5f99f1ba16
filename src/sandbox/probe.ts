/** Connections that the sandbox makes by itself, as a client in the pod would. */
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Connection, HttpRequest } from '../simulation/connection.ts'
import type { Received } from './echo/received.ts'
import { ECHO_HEADER, ECHO_METADATA } from './echo/server.ts'
import type { Certificate } from './pki.ts'

/** A connection to make. */
export interface Probe extends Connection {
  readonly address: string
}

export interface Arrival {
  /** undefined when no endpoint answered. */
  readonly received: Received | undefined
  /** Of HTTP. */
  readonly status: number | undefined
  /** Where a redirect leads. */
  readonly location: string | undefined
}

/** What the client presents for `mesh` and `other`. */
export type ClientCertificates = Readonly<Partial<Record<'mesh' | 'other', Certificate>>>

const PATIENCE_MS = 3_000
/** For servers that are to send first; Envoy may wait for the client without end. */
const PATIENCE_SERVER_FIRST_MS = 1_000
const PAYLOAD = 'hello, who is there?\n'
const NOTHING: Arrival = { received: undefined, status: undefined, location: undefined }

function begin(socket: Socket, { tls }: Probe, certificates: ClientCertificates): Socket {
  if (!tls) return socket
  const { sni, alpn, certificate } = tls
  const own = certificate === 'none' ? {} : certificates[certificate]
  const names = { ...(sni !== '' && { servername: sni }), ALPNProtocols: [...alpn] }
  return connectTls({ socket, ...names, ...own, rejectUnauthorized: false })
}

/** Writes a text and reads to the end. */
function exchange(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const end = (): void => resolve(Buffer.concat(chunks).toString('utf8'))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', end)
    socket.on('close', end)
    if (text !== '') socket.write(text)
  })
}

export function receivedIn(text: string): Received | undefined {
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  return json === '' ? undefined : (JSON.parse(json) as Received)
}

async function askOne(socket: Socket, { method, path, authority, headers }: HttpRequest): Promise<Arrival> {
  const more = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const answer = await exchange(
    socket,
    `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${more}connection: close\r\n\r\n`,
  )
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
  const location = /^location: (.*)\r$/im.exec(answer)?.[1]
  const isEcho = /^x-echo: /im.test(answer)
  const received = isEcho || status === undefined ? receivedIn(answer) : undefined
  return { received, status: status === undefined ? undefined : Number(status), location }
}

function askTwo(socket: Socket, { method, path, authority, headers, scheme }: HttpRequest): Promise<Arrival> {
  return new Promise((resolve) => {
    const session = connectHttp2('http://envoy', { createConnection: () => socket })
    const none = (): void => resolve(NOTHING)
    session.on('error', none)
    session.on('close', none)
    const stream = session.request({
      ':method': method,
      ':path': path,
      ':authority': authority,
      ':scheme': scheme,
      ...Object.fromEntries(headers),
    })
    let text = ''
    let status: number | undefined
    let location: string | undefined
    let echo: string | undefined
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
      location = answer.location
      echo = answer[ECHO_HEADER] === undefined ? undefined : String(answer[ECHO_METADATA] ?? '')
    })
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
    })
    stream.on('error', none)
    stream.on('end', () => {
      resolve({ received: echo === undefined ? undefined : receivedIn(echo || text), status, location })
      session.destroy()
    })
    stream.end()
  })
}

/** How long a probe waits for an answer. */
export const patienceOf = ({ serverFirst }: Connection): number =>
  serverFirst ? PATIENCE_SERVER_FIRST_MS : PATIENCE_MS

/** Sends a probe over a connection and reads what comes back. */
export async function sendOver(socket: Socket, probe: Probe, certificates: ClientCertificates): Promise<Arrival> {
  const { http, serverFirst } = probe
  socket.setTimeout(patienceOf(probe), () => socket.destroy())
  try {
    const inner = begin(socket, probe, certificates)
    if (http) return await (http.version === '2' ? askTwo(inner, http) : askOne(inner, http))
    return { ...NOTHING, received: receivedIn(await exchange(inner, serverFirst ? '' : PAYLOAD)) }
  } finally {
    socket.destroy()
  }
}

/** Connects to the address of a probe and sends it. */
export const sendProbe = (probe: Probe): Promise<Arrival> => sendOver(connect(probe.port, probe.address), probe, {})
