/** Upstream resolvers in the test's process. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type Socket as Connection, createServer, type Server } from 'node:net'
import { decode, encode, type Packet } from 'dns-packet'
import type { Endpoint } from '../../src/server/endpoint.ts'

/** What a resolver sends for a query; nothing if undefined. */
export type Resolve = (query: Buffer, send: (reply: Uint8Array) => void) => Uint8Array | undefined

interface FakeResolver {
  readonly endpoint: Endpoint
  /** The messages that it received. */
  readonly asked: Buffer[]
  close(): void
}

export function answer(query: Buffer, data = '192.0.2.7', more: Partial<Packet> = {}): Buffer {
  const { id, questions = [] } = decode(query)
  const [{ name } = { name: '' }] = questions
  return encode({
    type: 'response',
    id,
    flags: 0x0180,
    questions,
    answers: [{ type: 'A', name, ttl: 60, data }],
    ...more,
  } as Packet)
}

export const LOOPBACK = '127.0.0.1'
/** What is closed after each test. */
export const open: { close(): unknown }[] = []

export async function bound(socket: Socket): Promise<number> {
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve))
  return socket.address().port
}

export async function resolver(
  resolve: Resolve,
  byTcp?: (query: Buffer, connection: Connection) => void,
): Promise<FakeResolver> {
  const asked: Buffer[] = []
  let isClosed = false
  const socket = createSocket('udp4')
  socket.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    asked.push(query)
    const send = (reply: Uint8Array): void => {
      if (!isClosed) socket.send(reply, port, address)
    }
    const reply = resolve(query, send)
    if (reply) send(reply)
  })
  const port = await bound(socket)
  let server: Server | undefined
  if (byTcp) {
    server = createServer((connection) => {
      connection.on('error', () => undefined)
      connection.on('data', (chunk) => {
        const query = chunk.subarray(2)
        asked.push(query)
        byTcp(query, connection)
      })
    })
    await new Promise<void>((done) => server?.listen(port, LOOPBACK, done))
  }
  const fake = {
    endpoint: { address: LOOPBACK, port },
    asked,
    close() {
      isClosed = true
      socket.close()
      server?.close()
    },
  }
  open.push(fake)
  return fake
}

/** A port at which nothing listens. */
export async function closedPort(): Promise<Endpoint> {
  const socket = createSocket('udp4')
  const port = await bound(socket)
  socket.close()
  return { address: LOOPBACK, port }
}
