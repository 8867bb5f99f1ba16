/** A server behind one cluster that tells which endpoint it is and what it received, or passes the connection on. */
import { createServer, type Server } from 'node:net'
import { EchoServer, echoContext, passOn } from '../../../src/sandbox/echo/server.ts'
import type { Certificate } from '../../../src/sandbox/pki.ts'
import { listen } from './process.ts'

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
  const context = echoContext(certificate)
  const echo = new EchoServer({ contextOf: () => context, patienceOf: () => manners.patienceMs })
  const server = createServer((socket) => {
    const endpoint = socket.localAddress ?? ''
    const onward = relay(endpoint)
    if (onward) passOn(socket, onward.port, (to) => to.write(onward.header))
    else echo.take(socket, { proxy, cluster, endpoint })
  })
  return { server, port: await listen(server, '0.0.0.0') }
}
