/** A stock Envoy with the configuration of one proxy, and an echo server behind each of its clusters. */
import { randomUUID } from 'node:crypto'
import { connect, type Server } from 'node:net'
import type { Arrival } from '../../../src/sandbox/probe.ts'
import type { Cluster, ReceivedResources } from '../../../src/simulation/resources.ts'
import { bootstrapOf, ENTRIES, type Entry, NOWHERE } from './bootstrap.ts'
import { type Probe, send } from './client.ts'
import { type Relay, startEcho } from './echo.ts'
import type { Pki } from './pki.ts'
import { EnvoyProcess } from './process.ts'

const PATIENCE_MS = 2_000

/** Whether this Envoy answers at the port, and not another program that took it. */
const answersAs =
  (name: string) =>
  (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`PROXY TCP4 ${NOWHERE} ${NOWHERE} 1 1\r\n`))
      socket.on('data', (text) => {
        resolve(text.toString('utf8') === name)
        socket.destroy()
      })
      socket.on('error', () => resolve(false))
      socket.on('close', () => resolve(false))
      socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    })

/** What all proxies of a run share. */
export interface Setting {
  /** Of Envoy. */
  readonly binary: string
  readonly pki: Pki
}

export class RealProxy {
  readonly #process: EnvoyProcess
  readonly #pki: Pki

  private constructor(process: EnvoyProcess, pki: Pki) {
    this.#process = process
    this.#pki = pki
  }

  /**
   * @param relayOf what becomes of connections to the endpoints of a cluster; without it they end there
   * @throws Error with Envoy's messages when it does not start
   */
  static async start(
    { binary, pki }: Setting,
    name: string,
    resources: ReceivedResources,
    relayOf: (cluster: Cluster) => Relay | undefined = () => undefined,
  ): Promise<RealProxy> {
    const ports = new Map<string, number>()
    const servers: Server[] = []
    for (const cluster of resources.cds) {
      const { server, port } = await startEcho(name, cluster.name, pki.server, relayOf(cluster))
      servers.push(server)
      ports.set(cluster.name, port)
    }
    const id = randomUUID()
    const bootstrap = ([outbound = 0, inbound = 0, direct = 0]: readonly number[]): object =>
      bootstrapOf(resources, { outbound, inbound, direct }, ports, pki, id)
    return new RealProxy(await EnvoyProcess.start(binary, ENTRIES.length, bootstrap, servers, answersAs(id)), pki)
  }

  portOf(entry: Entry): number {
    return this.#process.ports[ENTRIES.indexOf(entry)] ?? 0
  }

  ask(probe: Probe): Promise<Arrival> {
    return send(this.portOf(probe.entry), probe, this.#pki)
  }

  stop(): void {
    this.#process.stop()
  }
}
