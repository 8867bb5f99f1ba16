/** A running sandbox without namespaces: Envoy with the computed configuration, and a port for each listener. */
import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { joinHostPort } from '../../common/names.ts'
import { sandboxTargetSettings } from '../check/check.ts'
import { SandboxError } from '../error.ts'
import { runCommand } from '../inside/command.ts'
import { Echoes } from '../inside/echoes.ts'
import { countedClusters, startEnvoy } from '../inside/envoys.ts'
import type { CommandEnd, CommandFailure } from '../messages.ts'
import { Complaints } from '../outside/complaints.ts'
import type { PlannedEnvoy } from '../outside/plan.ts'
import type { SandboxSettings } from '../outside/sandbox.ts'
import { Secrets } from '../outside/secrets.ts'
import { writeCertificates, writeEnvoy } from '../outside/write.ts'
import { type Destination, destinationsOf, destinationText, doorListener, openDoor } from './doors.ts'
import { boundEndpoints, boundResources, endpointKey } from './loopback.ts'

/** Each endpoint and each listener has a socket. */
const MOST_PORTS = 5_000
const AUTHORITY_FILE = 'outside-ca.pem'
const CERTIFICATES_FOLDER = 'certs'
const SOCKET = 'door.sock'
/** With the table, for programs. */
const TABLE_FILE = 'bind.json'

/** A destination with its port on loopback. */
export interface Door extends Destination {
  readonly boundPort: number
}

/** A port that is free now; Envoy takes it a moment later. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const tableText = (doors: readonly Door[]): string => {
  const rows = doors.map((door) => ({
    listener: door.listener,
    destination: destinationText(door),
    hosts: door.hosts,
    bound: joinHostPort('127.0.0.1', door.boundPort),
  }))
  return `${JSON.stringify(rows, undefined, 1)}\n`
}

export class BoundSandbox {
  readonly #settings: SandboxSettings
  readonly #servers: Server[] = []
  readonly #complaints = new Complaints()
  #command: ChildProcess | undefined
  #envoy: PlannedEnvoy | undefined
  doors: readonly Door[] = []

  private constructor(settings: SandboxSettings) {
    this.#settings = settings
  }

  /** @throws SandboxError when it does not start */
  static async start(settings: SandboxSettings): Promise<BoundSandbox> {
    const sandbox = new BoundSandbox(settings)
    try {
      await sandbox.#setUp()
      return sandbox
    } catch (error) {
      await sandbox.stop()
      throw error instanceof SandboxError ? error : new SandboxError((error as Error).message)
    }
  }

  async #setUp(): Promise<void> {
    const { folder, binary, planner, plan } = this.#settings
    const { view, resources } = plan
    const endpoints = boundEndpoints(resources)
    const destinations = destinationsOf(resources, sandboxTargetSettings(plan, planner.upstream))
    const count = endpoints.length + destinations.length
    if (count > MOST_PORTS) {
      throw new SandboxError(
        `--bind opens a port for each endpoint and listener, and ${count} are too many (at most ${MOST_PORTS})`,
        'give vipctl fewer manifests, or a Sidecar that limits what the proxy reaches',
      )
    }
    const secrets = await Secrets.create()
    const portOf = await this.#openEchoes(endpoints, secrets)
    const socket = join(folder, SOCKET)
    const bound = boundResources(resources, portOf)
    const envoy = planner.boundEnvoy(view, bound, await freePort(), doorListener(socket))
    this.#envoy = envoy
    await writeEnvoy(envoy, secrets)
    const certificates = join(folder, CERTIFICATES_FOLDER)
    await writeCertificates(certificates, envoy.identity, secrets)
    writeFileSync(join(certificates, AUTHORITY_FILE), secrets.outside)
    await startEnvoy(binary, envoy, (child) => this.#settings.guard.watch(child))
    const doors: Door[] = []
    for (const destination of destinations) {
      const { server, port } = await openDoor(destination, socket)
      this.#servers.push(server)
      doors.push({ ...destination, boundPort: port })
    }
    this.doors = doors
    writeFileSync(join(folder, TABLE_FILE), tableText(doors))
  }

  async #openEchoes(
    endpoints: ReturnType<typeof boundEndpoints>,
    secrets: Secrets,
  ): Promise<ReadonlyMap<string, number>> {
    const { plan, answered } = this.#settings
    const echoes = new Echoes(plan.echo, secrets.issue, answered)
    const portOf = new Map<string, number>()
    for (const each of endpoints) {
      const { server, port } = await echoes.openOne({ ...each, proxy: plan.view.proxy.id })
      this.#servers.push(server)
      portOf.set(endpointKey(each), port)
    }
    return portOf
  }

  /** Envoy's administration, if the settings ask for it. */
  get adminPort(): number | undefined {
    return this.#settings.opensAdmin ? this.#envoy?.adminPort : undefined
  }

  /** Runs a program with the streams of this process. */
  run(words: readonly string[], cwd: string): Promise<CommandEnd | CommandFailure> {
    const { env: own, folder, guard, plan } = this.#settings
    const env = {
      ...own,
      VIPCTL_SANDBOX: plan.view.proxy.id,
      VIPCTL_SANDBOX_CERTS: join(folder, CERTIFICATES_FOLDER),
      VIPCTL_BIND_TABLE: join(folder, TABLE_FILE),
    }
    return runCommand({ words, cwd, env }, (child) => {
      this.#command = child
      guard.watch(child)
    })
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#command?.kill(signal)
  }

  /** The clusters that had no endpoint for a request. */
  unmet(): Promise<readonly string[]> {
    return countedClusters(this.#envoy?.adminPort ?? 0, 'upstream_cx_none_healthy')
  }

  /** The clusters by which the proxy connected. */
  used(): Promise<readonly string[]> {
    return countedClusters(this.#envoy?.adminPort ?? 0, 'upstream_cx_total')
  }

  /** What Envoy refuses of its configuration, as it says it, since the last call. */
  complaints(): readonly string[] {
    return this.#envoy ? this.#complaints.of([this.#envoy.folder]) : []
  }

  /** Ends everything that was started. */
  async stop(): Promise<void> {
    for (const server of this.#servers) server.close()
    await this.#settings.guard.end()
  }
}
