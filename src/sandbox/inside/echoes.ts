/** The echo servers of all endpoints: one socket for each port, because every address is the machine's own. */
import { createServer } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { oncePerKey } from '../../common/once.ts'
import type { ClientHello } from '../echo/client-hello.ts'
import type { Received } from '../echo/received.ts'
import { type Accepted, EchoServer } from '../echo/server.ts'
import type { CertificateRequest, EchoPlan, OutsideHandlers } from '../messages.ts'
import { PORTS } from '../network/rules.ts'
import { senderIndex } from '../network/sources.ts'

/** Servers that send first do so at once; others answer a client that stays silent. */
const PATIENCE_MS = 1_000
const MESH_PROTOCOL = 'istio'

type Issue = (request: CertificateRequest) => ReturnType<OutsideHandlers['certificate']>

const joined = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const splitEndpoint = (endpoint: string): readonly [address: string, port: number] => {
  const colon = endpoint.lastIndexOf(':')
  return [endpoint.slice(0, colon).replace(/[[\]]/g, ''), Number(endpoint.slice(colon + 1))]
}

export class Echoes {
  #plan: EchoPlan
  readonly #server: EchoServer
  readonly #open = new Set<number>()
  readonly #contexts: (key: string) => Promise<SecureContext>

  /** @param issue makes certificates */
  constructor(plan: EchoPlan, issue: Issue, answered: (received: Received) => void) {
    this.#plan = plan
    this.#contexts = oncePerKey(async (key: string) => {
      const { key: own, cert, ca } = await issue(JSON.parse(key) as CertificateRequest)
      return createSecureContext({ key: own, cert, ca })
    })
    this.#server = new EchoServer({
      contextOf: (place, hello) => this.#contextOf(place, hello),
      patienceOf: ({ endpoint }) => (this.#plan.serverFirst.has(splitEndpoint(endpoint)[1]) ? 0 : PATIENCE_MS),
      answered,
    })
  }

  /** Opens the ports of a plan that are not open yet. */
  async use(plan: EchoPlan): Promise<void> {
    this.#plan = plan
    for (const [port, echo] of [...plan.ports, [0, PORTS.otherEchoes] as const]) await this.#listen(port, echo)
  }

  /** @param port that clients connect to; 0 for all others */
  async #listen(port: number, echo: number): Promise<void> {
    if (this.#open.has(echo)) return
    this.#open.add(echo)
    const server = createServer({ pauseOnConnect: false }, (socket) => {
      const address = (socket.localAddress ?? '').replace(/^::ffff:/, '')
      const { proxy = '', cluster = '' } = this.#plan.senders[senderIndex(socket.remoteAddress ?? '') ?? 0] ?? {}
      const workload = this.#plan.workloads.get(address)?.name
      this.#server.take(socket, { endpoint: joined(address, port), ...(workload && { workload }), proxy, cluster })
    })
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(echo, '::', resolve)
    })
  }

  /** A workload shows its identity to proxies of the mesh; every other server is what the client asks for. */
  #contextOf({ endpoint }: Accepted, { sni, alpn }: ClientHello): Promise<SecureContext> {
    const [address] = splitEndpoint(endpoint)
    const identity = this.#plan.workloads.get(address)?.identity
    const request: CertificateRequest =
      identity !== undefined && alpn.includes(MESH_PROTOCOL)
        ? { authority: 'mesh', names: [identity] }
        : { authority: 'outside', names: [sni || address] }
    return this.#contexts(JSON.stringify(request))
  }
}
