/** A stock Envoy with the configuration of one proxy, and an echo server behind each of its clusters. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReceivedResources } from '../../src/simulation/resources.ts'
import { bootstrapOf } from './bootstrap.ts'
import { type Arrival, type Probe, send } from './client.ts'
import { type Certificate, startEcho } from './echo.ts'

const TRIES = 150
const PAUSE_MS = 100

/** A certificate of the test's own, for both sides of TLS. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-agree-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const args = ['req', '-x509', ...kind, '-subj', '/CN=agree', '-keyout', key, '-out', cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  const certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true, force: true })
  return certificate
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
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
  readonly #port: number
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #servers: readonly Server[]
  #log = ''

  private constructor(port: number, process: ChildProcess, folder: string, servers: readonly Server[]) {
    this.#port = port
    this.#process = process
    this.#folder = folder
    this.#servers = servers
    process.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('utf8')
    })
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
    const entry = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'vipctl-agree-'))
    const file = join(folder, 'envoy.json')
    writeFileSync(file, JSON.stringify(bootstrapOf(resources, entry, ports, certificate)))
    const args = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'error']
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const proxy = new RealProxy(entry, child, folder, servers)
    await proxy.#ready()
    return proxy
  }

  async #ready(): Promise<void> {
    for (let tries = 0; tries < TRIES && this.#process.exitCode === null; tries++) {
      if (await isOpen(this.#port)) return
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    this.stop()
    throw new Error(`Envoy does not start: ${this.#log.slice(0, 1000)}`)
  }

  ask(probe: Probe): Promise<Arrival> {
    return send(this.#port, probe)
  }

  stop(): void {
    this.#process.kill()
    for (const server of this.#servers) server.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
