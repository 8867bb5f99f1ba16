/** Connections through the Envoy under test, each to a destination that a PROXY header states. */
import { connect as connectHttp2 } from 'node:http2'
import { connect, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Received } from './echo.ts'

export interface Probe {
  readonly address: string
  readonly port: number
  readonly tls?: { readonly sni: string; readonly alpn: readonly string[] }
  readonly http?: {
    readonly method: string
    readonly authority: string
    readonly path: string
    readonly headers: ReadonlyMap<string, string>
    readonly version: '1.1' | '2'
  }
}

export interface Arrival {
  /** undefined when no endpoint answered. */
  readonly received: Received | undefined
  /** Of HTTP. */
  readonly status: number | undefined
}

const PATIENCE_MS = 3_000
const PAYLOAD = 'hello, who is there?\n'

function open(entry: number, { address, port }: Probe): Socket {
  const socket = connect(entry, '127.0.0.1')
  const [family, source] = isIPv6(address) ? ['TCP6', 'fd00::1'] : ['TCP4', '10.244.0.10']
  socket.write(`PROXY ${family} ${source} ${address} 40000 ${port}\r\n`)
  socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  return socket
}

/** Writes a text and reads to the end. */
function exchange(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const end = (): void => resolve(Buffer.concat(chunks).toString('utf8'))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', end)
    socket.on('close', end)
    socket.write(text)
  })
}

const receivedIn = (text: string): Received | undefined => {
  const json = /\{.*\}/s.exec(text)?.[0]
  return json === undefined ? undefined : (JSON.parse(json) as Received)
}

async function askOne(
  socket: Socket,
  { method, path, authority, headers }: NonNullable<Probe['http']>,
): Promise<Arrival> {
  const more = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const answer = await exchange(
    socket,
    `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${more}connection: close\r\n\r\n`,
  )
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
  const isEcho = /^x-echo: /im.test(answer)
  const received = isEcho || status === undefined ? receivedIn(answer) : undefined
  return { received, status: status === undefined ? undefined : Number(status) }
}

function askTwo(socket: Socket, { method, path, authority, headers }: NonNullable<Probe['http']>): Promise<Arrival> {
  return new Promise((resolve) => {
    const session = connectHttp2('http://envoy', { createConnection: () => socket })
    const none = (): void => resolve({ received: undefined, status: undefined })
    session.on('error', none)
    session.on('close', none)
    const stream = session.request({
      ':method': method,
      ':path': path,
      ':authority': authority,
      ...Object.fromEntries(headers),
    })
    let text = ''
    let status: number | undefined
    let isEcho = false
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
      isEcho = answer['x-echo'] !== undefined
    })
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
    })
    stream.on('error', none)
    stream.on('end', () => {
      resolve({ received: isEcho ? receivedIn(text) : undefined, status })
      session.destroy()
    })
  })
}

/** @param entry the port of the Envoy where connections enter */
export async function send(entry: number, probe: Probe): Promise<Arrival> {
  const socket = open(entry, probe)
  const { tls, http } = probe
  try {
    if (http) return await (http.version === '2' ? askTwo(socket, http) : askOne(socket, http))
    if (!tls) return { received: receivedIn(await exchange(socket, PAYLOAD)), status: undefined }
    const { sni, alpn } = tls
    const secure = connectTls({
      socket,
      ...(sni !== '' && { servername: sni }),
      ALPNProtocols: [...alpn],
      rejectUnauthorized: false,
    })
    return { received: receivedIn(await exchange(secure, PAYLOAD)), status: undefined }
  } finally {
    socket.destroy()
  }
}
