/** A stock Envoy with the configuration of one proxy, and an echo server behind each of its clusters. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { join } from 'node:path'
import type { ReceivedResources } from '../../src/simulation/resources.ts'
import { bootstrapOf } from './bootstrap.ts'
import { type Arrival, type Probe, send } from './client.ts'
import { type Certificate, startEcho } from './echo.ts'
import { EnvoyProcess, temporaryFolder } from './process.ts'

/** A certificate of the test's own, for both sides of TLS. */
export function makeCertificate(): Certificate {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const args = ['req', '-x509', ...kind, '-subj', '/CN=agree', '-keyout', key, '-out', cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  const certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true, force: true })
  return certificate
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('close', () => socket.destroy())
    socket.on('connect', () => socket.destroy())
  })

export class RealProxy {
  readonly #process: EnvoyProcess

  private constructor(process: EnvoyProcess) {
    this.#process = process
  }

  /** @throws Error with Envoy's messages when it does not start */
  static async start(binary: string, resources: ReceivedResources, certificate: Certificate): Promise<RealProxy> {
    const ports = new Map<string, number>()
    const servers: Server[] = []
    for (const { name } of resources.cds) {
      const { server, port } = await startEcho(name, certificate)
      servers.push(server)
      ports.set(name, port)
    }
    const bootstrap = (entry: number): object => bootstrapOf(resources, entry, ports, certificate)
    return new RealProxy(await EnvoyProcess.start(binary, bootstrap, servers, isOpen))
  }

  ask(probe: Probe): Promise<Arrival> {
    return send(this.#process.port, probe)
  }

  stop(): void {
    this.#process.stop()
  }
}
