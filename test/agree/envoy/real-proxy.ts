/** A stock Envoy with the configuration of one proxy, and an echo server behind each of its clusters. */
import { connect, type Server } from 'node:net'
import type { Cluster, ReceivedResources } from '../../../src/simulation/resources.ts'
import { bootstrapOf, ENTRIES, type Entry } from './bootstrap.ts'
import { type Arrival, type Probe, send } from './client.ts'
import { type Relay, startEcho } from './echo.ts'
import type { Pki } from './pki.ts'
import { EnvoyProcess } from './process.ts'

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('close', () => socket.destroy())
    socket.on('connect', () => socket.destroy())
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
    const bootstrap = ([outbound = 0, inbound = 0, direct = 0]: readonly number[]): object =>
      bootstrapOf(resources, { outbound, inbound, direct }, ports, pki)
    return new RealProxy(await EnvoyProcess.start(binary, ENTRIES.length, bootstrap, servers, isOpen), pki)
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
