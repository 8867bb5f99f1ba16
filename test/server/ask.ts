/** A DNS server in the test's process, and questions to it over real sockets. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { decode, encode, type Packet, RECURSION_DESIRED, type RecordType, type StringAnswer } from 'dns-packet'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { computeNameTable } from '../../src/pipeline.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import type { Endpoint } from '../../src/server/endpoint.ts'
import type { ForwarderOptions } from '../../src/server/forwarder.ts'
import { DnsServer } from '../../src/server/server.ts'
import { Responder } from '../../src/serving/responder.ts'
import { Views } from '../../src/serving/views.ts'

const LOOPBACK = '127.0.0.1'

/** The tables of one proxy, for all clients. */
function tablesOf(view: ProxyView) {
  return new Views(new Responder(new LookupTable(computeNameTable(view), view)), [])
}

export interface Served {
  readonly endpoint: Endpoint
  readonly server: DnsServer<unknown>
}

export async function serve(view: ProxyView, forwarding: Partial<ForwarderOptions> = {}): Promise<Served> {
  const server = await DnsServer.start(tablesOf(view), {
    listen: [{ address: LOOPBACK, port: 0 }],
    forwarding: { upstreams: [], timeout: 1_000, ...forwarding },
  })
  return { server: server as DnsServer<unknown>, endpoint: server.endpoints[0] as Endpoint }
}

const PATIENCE = 10_000

/** Sends bytes by UDP. @returns the response; undefined if there is none after a while */
export function sendUdp({ address, port }: Endpoint, message: Uint8Array, patience = PATIENCE) {
  return new Promise<Buffer | undefined>((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const end = (reply?: Buffer): void => {
      clearTimeout(timer)
      socket.close()
      resolve(reply)
    }
    const timer = setTimeout(end, patience)
    socket.on('message', end)
    socket.on('error', reject)
    socket.send(message, port, address)
  })
}

/** Sends bytes by TCP as they are. @returns everything that comes until the server ends the connection */
export function sendTcp({ address, port }: Endpoint, bytes: Uint8Array, ends = true): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: address, port, allowHalfOpen: true })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => {
      socket.end()
      resolve(Buffer.concat(chunks))
    })
    socket.on('error', reject)
    if (ends) socket.end(bytes)
    else socket.write(bytes)
  })
}

/** The messages of a stream. */
export function framesOf(stream: Buffer): Buffer[] {
  const out: Buffer[] = []
  for (let at = 0; at < stream.length; at += 2 + stream.readUInt16BE(at)) {
    out.push(stream.subarray(at + 2, at + 2 + stream.readUInt16BE(at)))
  }
  return out
}

export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

export function question(name: string, type: string = 'A', more: Partial<Packet> = {}): Buffer {
  const asked = { name, type: type as RecordType, class: 'IN' as const }
  return encode({ type: 'query', id: 4711, flags: RECURSION_DESIRED, questions: [asked], ...more })
}

/** The EDNS0 record with which a client offers a size. */
export const offering = (udpPayloadSize: number): Partial<Packet> => ({
  additionals: [
    { type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
  ],
})

export async function ask(endpoint: Endpoint, name: string, type = 'A', more: Partial<Packet> = {}) {
  const reply = await sendUdp(endpoint, question(name, type, more))
  if (!reply) throw new Error(`no response for ${name}`)
  return decode(reply)
}

/** `NAME TTL IN TYPE DATA` for each answer. */
export const answersOf = (packet: ReturnType<typeof decode>): string[] =>
  (packet.answers ?? []).map((answer) => {
    const { name, ttl, class: of, type, data } = answer as StringAnswer & { data: string }
    return `${name} ${ttl} ${of} ${type} ${data}`
  })

/** `NOERROR`, `SERVFAIL`; the types of dns-packet do not have it. */
export const codeOf = (packet: ReturnType<typeof decode>): string => (packet as unknown as { rcode: string }).rcode
