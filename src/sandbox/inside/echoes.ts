/** The echo servers of all endpoints: one socket for each port, because every address is the machine's own. */
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { SecureContext } from 'node:tls'
import { joinHostPort } from '../../common/names.ts'
import { oncePerKey } from '../../common/once.ts'
import type { ClientHello } from '../echo/client-hello.ts'
import type { Received } from '../echo/received.ts'
import { type Accepted, EchoServer, echoContext } from '../echo/server.ts'
import type { CertificateRequest, EchoPlan, OutsideHandlers } from '../messages.ts'
import { PORTS } from '../network/rules.ts'
import { type Sender, senderIndex } from '../network/sources.ts'

/** Servers answer a client that stays silent. */
const PATIENCE_MS = 1_000
/** Servers that send first only wait for the client's TLS, which a proxy begins at once. */
const PATIENCE_FOR_TLS_MS = 50
const MESH_PROTOCOL = 'istio'

type Issue = (request: CertificateRequest) => ReturnType<OutsideHandlers['certificate']>

const addressOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/[[\]]/g, '')

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
      return echoContext({ key: own, cert, ca })
    })
    this.#server = new EchoServer({
      contextOf: (place, hello) => this.#contextOf(place, hello),
      patienceOf: (place) => this.#patienceOf(place),
      answered,
    })
  }

  #senderOf({ proxy, cluster }: Accepted): Sender | undefined {
    for (const sender of this.#plan.senders.values())
      if (sender.proxy === proxy && sender.cluster === cluster) return sender
    return undefined
  }

  #patienceOf(place: Accepted): number {
    if (!this.#senderOf(place)?.serverFirst) return PATIENCE_MS
    return place.tls ? 0 : PATIENCE_FOR_TLS_MS
  }

  /** Opens the ports of a plan that are not open yet. */
  async use(plan: EchoPlan): Promise<void> {
    this.#plan = plan
    for (const [port, echo] of [...plan.ports, [0, PORTS.otherEchoes] as const]) await this.#listen(port, echo)
  }

  /**
   * Opens a port on loopback for one endpoint as one cluster sees it.
   * @returns its server, which does not keep this process running, and its port
   */
  async openOne(place: Pick<Accepted, 'endpoint' | 'proxy' | 'cluster'>): Promise<{ server: Server; port: number }> {
    const workload = this.#plan.workloads.get(addressOf(place.endpoint))?.name
    const accepted = { ...place, ...(workload && { workload }) }
    const server = createServer((socket) => this.#server.take(socket, accepted))
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return { server, port: (server.address() as AddressInfo).port }
  }

  /** @param port that clients connect to; 0 for all others */
  async #listen(port: number, echo: number): Promise<void> {
    if (this.#open.has(echo)) return
    this.#open.add(echo)
    const server = createServer({ pauseOnConnect: false }, (socket) => {
      const address = (socket.localAddress ?? '').replace(/^::ffff:/, '')
      const index = senderIndex(socket.remoteAddress ?? '')
      const { proxy = '', cluster = '' } = (index !== undefined && this.#plan.senders.get(index)) || {}
      const workload = this.#plan.workloads.get(address)?.name
      this.#server.take(socket, {
        endpoint: joinHostPort(address, port),
        ...(workload && { workload }),
        proxy,
        cluster,
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(echo, '::', resolve)
    })
  }

  /**
   * A workload shows its identity to proxies of the mesh; every other server is what the client asks for, because
   * nothing is known about it.
   */
  #contextOf(place: Accepted, { sni, alpn }: ClientHello): Promise<SecureContext> {
    const address = addressOf(place.endpoint)
    const identity = this.#plan.workloads.get(address)?.identity
    const isMesh = alpn.includes(MESH_PROTOCOL)
    const wanted = this.#senderOf(place)?.wantedNames ?? []
    const names = isMesh && identity !== undefined ? [identity] : [...new Set([sni || address, ...wanted])]
    return this.#contexts(JSON.stringify({ authority: isMesh ? 'mesh' : 'outside', names }))
  }
}
