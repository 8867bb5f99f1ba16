/** The sockets of the DNS servers; the outer process answers, because it knows the mesh. */
import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import type { DnsRequest } from '../messages.ts'
import { PORTS } from '../network/rules.ts'

type Answer = (request: DnsRequest) => Promise<Uint8Array | undefined>
type Server = DnsRequest['server']

/** Where connections to any resolver are redirected to. */
const ADDRESSES = ['127.0.0.1', '::1']
const SERVERS: readonly (readonly [Server, number])[] = [
  ['agent', PORTS.agentDns],
  ['upstream', PORTS.upstreamDns],
]

function serveDatagrams(server: Server, address: string, port: number, answer: Answer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address === '::1' ? 'udp6' : 'udp4')
    socket.on('error', reject)
    socket.on('message', (message, from) => {
      const reply = (bytes: Uint8Array | undefined): void => {
        if (bytes) socket.send(bytes, from.port, from.address)
      }
      answer({ server, message, transport: 'udp' }).then(reply, () => undefined)
    })
    socket.bind(port, address, resolve)
  })
}

/** Messages of a connection begin with their length. */
function readMessages(socket: Socket, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0)
      take(rest.subarray(2, end))
      rest = rest.subarray(end)
    }
  })
}

function serveConnections(server: Server, address: string, port: number, answer: Answer): Promise<void> {
  return new Promise((resolve, reject) => {
    const listener = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      readMessages(socket, (message) => {
        const reply = (bytes: Uint8Array | undefined): void => {
          if (!bytes) return
          const length = Buffer.alloc(2)
          length.writeUInt16BE(bytes.length)
          socket.write(Buffer.concat([length, bytes]))
        }
        answer({ server, message, transport: 'tcp' }).then(reply, () => undefined)
      })
    })
    listener.on('error', reject)
    listener.listen(port, address, resolve)
  })
}

/** Opens the sockets of both servers. @param hasIpv6 whether the kernel has IPv6 */
export async function serveDns(answer: Answer, hasIpv6: boolean): Promise<void> {
  const addresses = hasIpv6 ? ADDRESSES : ADDRESSES.slice(0, 1)
  for (const [server, port] of SERVERS) {
    for (const address of addresses) {
      await serveDatagrams(server, address, port, answer)
      await serveConnections(server, address, port, answer)
    }
  }
}
