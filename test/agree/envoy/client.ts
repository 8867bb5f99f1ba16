/** Connections through the Envoy under test, each to a destination that a PROXY header states. */
import { Agent, request } from 'node:http'
import { connect, isIPv6, type Socket } from 'node:net'
import { type Arrival, type Probe as PlainProbe, patienceOf, receivedIn, sendOver } from '../../../src/sandbox/probe.ts'
import type { HttpRequest } from '../../../src/simulation/connection.ts'
import type { Entry } from './bootstrap.ts'
import type { Pki } from './pki.ts'

/** A connection to make. */
export interface Probe extends PlainProbe {
  readonly side: 'outbound' | 'inbound' | 'gateway'
  /** Where it enters Envoy. */
  readonly entry: Entry
  /** The loopback address that the connection comes from. A PROXY header does not change what Envoy calls the direct one. */
  readonly direct?: string
}

function open(entry: number, probe: Probe): Socket {
  const { address, port, source, direct } = probe
  const socket = connect({ port: entry, host: '127.0.0.1', ...(direct !== undefined && { localAddress: direct }) })
  const [family, otherwise] = isIPv6(address) ? ['TCP6', 'fd00::1'] : ['TCP4', '10.244.0.10']
  socket.write(`PROXY ${family} ${source ?? otherwise} ${address} 40000 ${port}\r\n`)
  socket.setTimeout(patienceOf(probe), () => socket.destroy())
  return socket
}

/** @param entry the port of the Envoy where connections enter */
export const send = (entry: number, probe: Probe, { mesh, other }: Pki): Promise<Arrival> =>
  sendOver(open(entry, probe), probe, { mesh: mesh.client, other: other.client })

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
      take({ received: receivedIn(text), status: undefined, location: undefined })
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
