/** Questions by UDP. */
import { createSocket, type Socket } from 'node:dgram'
import { ipFamily } from '../common/addresses.ts'
import type { Slice } from '../serving/slab.ts'
import type { Endpoint } from './endpoint.ts'
import type { Handler, Replier } from './handler.ts'

/** The kernel may give less. */
const RECEIVE_BUFFER = 4 << 20

export class UdpListener<R> implements Replier {
  readonly #socket: Socket

  private constructor(socket: Socket, handler: Handler<R>) {
    this.#socket = socket
    socket.on('message', (message, client) => handler.handle(message, 'udp', client, this))
    // A response that cannot be sent is lost, as any packet may be.
    socket.on('error', () => undefined)
  }

  /** @throws NodeJS.ErrnoException if the address cannot be used */
  static open<R>({ address, port }: Endpoint, handler: Handler<R>): Promise<UdpListener<R>> {
    return new Promise((resolve, reject) => {
      // Clients have addresses, not names, so nothing has to be looked up.
      const lookup = (host: string, _options: unknown, done: (error: null, address: string, family: number) => void) =>
        done(null, host, ipFamily(host))
      const type = ipFamily(address) === 6 ? 'udp6' : 'udp4'
      const socket = createSocket({ type, lookup: lookup as never })
      socket.once('error', reject)
      socket.bind({ address, port }, () => {
        socket.off('error', reject)
        try {
          socket.setRecvBufferSize(RECEIVE_BUFFER)
        } catch {
          // The default size does.
        }
        resolve(new UdpListener(socket, handler))
      })
    })
  }

  get endpoint(): Endpoint {
    return this.#socket.address()
  }

  reply({ address, port }: Endpoint, reply: Slice | undefined): void {
    // Only forged packets come from port 0.
    if (!reply || port === 0) return
    try {
      this.#socket.send(reply.buffer, reply.start, reply.length, port, address)
    } catch {
      // The socket is closed.
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve))
  }
}
