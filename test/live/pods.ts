/**
 * The port-forward of an API server: a WebSocket with two channels per port, as the node's runtime serves them
 * (k8s.io/kubelet/pkg/cri/streaming/portforward). Behind it are HTTP servers on loopback, which stand for those in pods.
 */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Asked } from './server.ts'

const FORWARD = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/
const DATA = 0
const ERROR = 1
const ENDS = 255

/** What the server does with a connection instead of forwarding it. */
export interface Misforward {
  /** The answer to the request for a WebSocket. */
  readonly refuse?: { readonly status: number; readonly body: string; readonly type?: string }
  /** Whether to accept no subprotocol, which is not a port-forward. */
  readonly noProtocol?: boolean
  /** Sent as they are instead of the beginnings of the channels. */
  readonly frames?: readonly Buffer[]
  /** The node's message, such as that nothing listens there. */
  readonly nodeError?: string
  /** Closes the connection after this many bytes of data. */
  readonly cutAfter?: number
}

export interface PodServer {
  /** The HTTP server at a port of a pod; undefined when nothing listens there. */
  readonly listener: (pod: string, port: number) => RequestListener | 'raw' | undefined
  readonly misforward?: (pod: string, port: number) => Misforward | undefined
  /** Sent by a `raw` port as soon as it is connected. */
  readonly raw?: Buffer
  /** The subprotocol to choose; 4 is what nodes speak. */
  readonly version?: 4 | 5
}

const portBytes = (port: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(port)
  return bytes
}

const frame = (channel: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([channel]), bytes])

/** What a node's runtime says when nothing listens on a port. */
const refusal = (port: number): string =>
  `failed to execute portforward in network namespace "/var/run/netns/cni-1": failed to connect to localhost:${port} ` +
  `inside namespace "abc", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: ` +
  'connect: connection refused '

/** Starts an HTTP server on loopback for one connection. */
async function startBackend(listener: RequestListener): Promise<{ readonly port: number; close(): void }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** Carries data between a WebSocket and a connection to the server in the pod. */
function carry(socket: WebSocket, backend: Socket, cutAfter = Number.POSITIVE_INFINITY): void {
  let sent = 0
  backend.on('data', (data: Buffer) => {
    const part = data.subarray(0, cutAfter - sent)
    sent += part.length
    socket.send(frame(DATA, part))
    if (sent >= cutAfter) socket.terminate()
  })
  backend.on('end', () => {
    if (socket.protocol.startsWith('v5')) socket.send(Buffer.from([ENDS, DATA]))
    else socket.close()
  })
  backend.on('error', () => socket.terminate())
  socket.on('message', (data: Buffer) => {
    if (data[0] === DATA) backend.write(data.subarray(1))
  })
  socket.on('close', () => backend.destroy())
}

async function forward(socket: WebSocket, pod: string, port: number, pods: PodServer): Promise<void> {
  const { frames, nodeError, cutAfter } = pods.misforward?.(pod, port) ?? {}
  for (const bytes of frames ?? [frame(DATA, portBytes(port)), frame(ERROR, portBytes(port))]) socket.send(bytes)
  const listener = pods.listener(pod, port)
  if (nodeError !== undefined || listener === undefined) {
    socket.send(frame(ERROR, Buffer.from(nodeError ?? refusal(port))))
    socket.close()
    return
  }
  if (listener === 'raw') {
    socket.send(frame(DATA, pods.raw ?? Buffer.alloc(0)))
    socket.close()
    return
  }
  const { port: local, close } = await startBackend(listener)
  socket.on('close', close)
  carry(socket, connect(local, '127.0.0.1'), cutAfter)
}

function refuse(socket: Duplex, { status, body, type = 'application/json' }: NonNullable<Misforward['refuse']>): void {
  socket.end(
    `HTTP/1.1 ${status} Answer\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

const statusBody = (code: number, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code })

/** Answers an upgrade of a connection. `asked` has the request. */
export function serveForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  asked: Asked,
  pods: PodServer,
): void {
  const [, , pod = ''] = FORWARD.exec(asked.path) ?? []
  const port = Number(asked.query.get('ports'))
  const wrong = pods.misforward?.(pod, port)
  if (asked.as === 'bad-token' || asked.as === 'none') {
    refuse(socket, { status: 401, body: statusBody(401, 'Unauthorized') })
    return
  }
  if (pod === '' || asked.method !== 'GET') {
    refuse(socket, { status: 404, body: statusBody(404, 'the server could not find the requested resource') })
    return
  }
  if (wrong?.refuse) {
    refuse(socket, wrong.refuse)
    return
  }
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => {
      const chosen = `v${pods.version ?? 4}.channel.k8s.io`
      return !wrong?.noProtocol && offered.has(chosen) ? chosen : false
    },
  })
  sockets.handleUpgrade(request, socket, head, (open) => void forward(open, pod, port, pods))
}
