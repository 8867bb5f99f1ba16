/** A process of Envoy, and the servers behind its clusters. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TRIES = 800
const PAUSE_MS = 25
const MOST_STARTS = 5
const IN_USE = 'Address already in use'

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'vipctl-agree-'))

/** Opens a server on a free port. */
export async function listen(server: Server, address = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  return (server.address() as AddressInfo).port
}

/** Different ports that are free for now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(servers.map((server) => listen(server)))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export class EnvoyProcess {
  readonly ports: readonly number[]
  readonly #child: ChildProcess
  readonly #folder = temporaryFolder()
  readonly #servers: readonly Server[]
  #log = ''

  private constructor(binary: string, ports: readonly number[], bootstrap: object, servers: readonly Server[]) {
    this.ports = ports
    this.#servers = servers
    const file = join(this.#folder, 'envoy.json')
    writeFileSync(file, JSON.stringify(bootstrap))
    const args = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'error']
    this.#child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('utf8')
    })
  }

  /**
   * Starts Envoy and waits until it answers.
   * @param entries how many ports connections enter at
   * @param bootstrapOf makes the configuration for these ports
   * @param servers stop with Envoy
   * @param answers whether Envoy answers at the last port
   * @throws Error with Envoy's messages when it does not start
   */
  static async start(
    binary: string,
    entries: number,
    bootstrapOf: (ports: readonly number[]) => object,
    servers: readonly Server[],
    answers: (port: number) => Promise<boolean>,
  ): Promise<EnvoyProcess> {
    for (let starts = 1; ; starts++) {
      const ports = await freePorts(entries)
      const envoy = new EnvoyProcess(binary, ports, bootstrapOf(ports), servers)
      for (let tries = 0; tries < TRIES && envoy.#child.exitCode === null; tries++) {
        if (await answers(ports.at(-1) ?? 0)) return envoy
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
      envoy.#end()
      // Another program may take a port in between.
      if (starts < MOST_STARTS && envoy.#log.includes(IN_USE)) continue
      for (const server of servers) server.close()
      throw new Error(`Envoy does not start: ${envoy.#log.slice(0, 1000)}`)
    }
  }

  #end(): void {
    this.#child.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  stop(): void {
    this.#end()
    for (const server of this.#servers) server.close()
  }
}
