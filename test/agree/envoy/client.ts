/** Connections through the Envoy under test, each to a destination that a PROXY header states. */
import { Agent, request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ClientTls, Connection, HttpRequest } from '../../../src/simulation/connection.ts'
import type { Entry } from './bootstrap.ts'
import type { Received } from './echo.ts'
import type { Pki } from './pki.ts'

/** A connection to make. */
export interface Probe extends Connection {
  readonly side: 'outbound' | 'inbound' | 'gateway'
  /** Where it enters Envoy. */
  readonly entry: Entry
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

const PATIENCE_MS = 3_000
/** For servers that are to send first; Envoy may wait for the client without end. */
const PATIENCE_SERVER_FIRST_MS = 1_000
const PAYLOAD = 'hello, who is there?\n'
const NOTHING: Arrival = { received: undefined, status: undefined, location: undefined }

function open(entry: number, { address, port, source, serverFirst }: Probe): Socket {
  const socket = connect(entry, '127.0.0.1')
  const [family, otherwise] = isIPv6(address) ? ['TCP6', 'fd00::1'] : ['TCP4', '10.244.0.10']
  socket.write(`PROXY ${family} ${source ?? otherwise} ${address} 40000 ${port}\r\n`)
  socket.setTimeout(serverFirst ? PATIENCE_SERVER_FIRST_MS : PATIENCE_MS, () => socket.destroy())
  return socket
}

function begin(socket: Socket, { sni, alpn, certificate }: ClientTls, pki: Pki): Socket {
  const own = { none: {}, mesh: pki.mesh.client, other: pki.other.client }[certificate]
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

const receivedIn = (text: string): Received | undefined => {
  const json = /\{.*\}/s.exec(text)?.[0]
  return json === undefined ? undefined : (JSON.parse(json) as Received)
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
    let isEcho = false
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
      location = answer.location
      isEcho = answer['x-echo'] !== undefined
    })
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
    })
    stream.on('error', none)
    stream.on('end', () => {
      resolve({ received: isEcho ? receivedIn(text) : undefined, status, location })
      session.destroy()
    })
  })
}

/** @param entry the port of the Envoy where connections enter */
export async function send(entry: number, probe: Probe, pki: Pki): Promise<Arrival> {
  const socket = open(entry, probe)
  const { tls, http, serverFirst } = probe
  try {
    const inner = tls ? begin(socket, tls, pki) : socket
    if (http) return await (http.version === '2' ? askTwo(inner, http) : askOne(inner, http))
    return { ...NOTHING, received: receivedIn(await exchange(inner, serverFirst ? '' : PAYLOAD)) }
  } finally {
    socket.destroy()
  }
}

/** One request after the other on one connection. */
async function requestMany(
  entry: number,
  probe: Probe,
  { method, path, authority, headers }: HttpRequest,
  count: number,
  take: (arrival: Arrival) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agent.createConnection = () => open(entry, probe)
  const all = { ...Object.fromEntries(headers), host: authority }
  try {
    for (let asked = 0; asked < count; asked++) {
      const text = await new Promise<string>((resolve, reject) => {
        const sent = request({ agent, method, path, headers: all }, (answer) => {
          let body = ''
          answer.setEncoding('utf8')
          answer.on('data', (chunk: string) => {
            body += chunk
          })
          answer.on('end', () => resolve(answer.headers['x-echo'] ? body : ''))
        })
        sent.on('error', reject)
        sent.end()
      })
      take({ ...NOTHING, received: receivedIn(text) })
    }
  } finally {
    agent.destroy()
  }
}

/** The same again and again, one after the other: requests on one connection, else connections. */
export async function sendMany(
  entry: number,
  probe: Probe,
  pki: Pki,
  count: number,
  take: (arrival: Arrival) => void,
): Promise<void> {
  if (probe.http) await requestMany(entry, probe, probe.http, count, take)
  else for (let asked = 0; asked < count; asked++) take(await send(entry, probe, pki))
}
