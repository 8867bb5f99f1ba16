/** A running sandbox: the namespaces of one client, with its proxy and everything that the proxy may connect to. */
import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Channel, ChannelClosed } from '../channel.ts'
import type { Received } from '../echo/received.ts'
import { SandboxError } from '../error.ts'
import type { Guard } from '../guard.ts'
import type { CommandEnd, CommandFailure, EnvoyStart, InsideHandlers, OutsideHandlers } from '../messages.ts'
import type { Arrival, Probe } from '../probe.ts'
import { openAdminPort } from './admin.ts'
import { Complaints } from './complaints.ts'
import { type DnsServer, dnsServer } from './dns-answer.ts'
import { startInside } from './namespaces.ts'
import type { PlannedEnvoy, Planner, SandboxPlan } from './plan.ts'
import { Secrets } from './secrets.ts'
import { writeCertificates, writeEnvoy } from './write.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface SandboxSettings {
  readonly planner: Planner
  readonly plan: SandboxPlan
  /** For all files. */
  readonly folder: string
  /** Ends the processes of the sandbox if vipctl does not. */
  readonly guard: Guard
  /** Of Envoy. */
  readonly binary: string
  readonly env: Env
  /** Whether Envoy's administration is reachable from the machine. */
  readonly opensAdmin: boolean
  answered(received: Received): void
}

/** The certificates of servers outside of the mesh, for clients in the sandbox. */
const AUTHORITY_FILE = 'outside-ca.pem'
const CERTIFICATES_FOLDER = 'certs'
const ADMIN_SOCKET = 'admin.sock'
const ENDING_MS = 3_000

/** Variables by which clients find the authority of servers outside of the mesh. */
const AUTHORITY_VARIABLES = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'GIT_SSL_CAINFO',
]

const startOf = ({ name, folder, adminPort }: PlannedEnvoy): EnvoyStart => ({ name, folder, adminPort })

/** The files that a pod has, by the path of the machine's. */
function writeMounts(folder: string, { proxy }: SandboxPlan['view']): ReadonlyMap<string, string> {
  const [address = '127.0.0.1'] = proxy.ips
  const [name = ''] = proxy.id.split('.')
  const search = proxy.search.length > 0 ? [`search ${proxy.search.join(' ')}`] : []
  const texts: Readonly<Record<string, readonly string[]>> = {
    'resolv.conf': [...search, 'nameserver 127.0.0.1', 'options ndots:5'],
    hosts: ['127.0.0.1 localhost', '::1 localhost', `${address} ${name}`],
    // Other sources of names would ask the machine.
    'nsswitch.conf': ['passwd: files', 'group: files', 'hosts: files dns'],
  }
  return new Map(
    Object.entries(texts).map(([file, lines]) => {
      const path = join(folder, file)
      writeFileSync(path, `${lines.join('\n')}\n`)
      return [`/etc/${file}`, path]
    }),
  )
}

export class Sandbox {
  readonly #settings: SandboxSettings
  readonly #child: ChildProcess
  readonly #channel: Channel<InsideHandlers>
  readonly #secrets: Secrets
  readonly #complaints = new Complaints()
  #plan: SandboxPlan
  #dns: DnsServer

  private constructor(settings: SandboxSettings, secrets: Secrets) {
    this.#settings = settings
    this.#plan = settings.plan
    this.#dns = dnsServer(settings.plan.table, settings.planner.upstream)
    this.#secrets = secrets
    const handlers: OutsideHandlers = {
      dns: (request) => this.#dns(request),
      certificate: secrets.issue,
      answered: (received) => settings.answered(received),
    }
    this.#child = startInside(settings.env)
    settings.guard.watch(this.#child)
    this.#channel = new Channel<InsideHandlers>(this.#child as never, handlers as never)
  }

  /** @throws SandboxError when it does not start */
  static async start(settings: SandboxSettings): Promise<Sandbox> {
    const secrets = await Secrets.create()
    const sandbox = new Sandbox(settings, secrets)
    try {
      await sandbox.#setUp()
      return sandbox
    } catch (error) {
      await sandbox.stop()
      if (error instanceof ChannelClosed) throw new SandboxError('the sandbox ended while it was set up')
      throw new SandboxError((error as Error).message)
    }
  }

  async #setUp(): Promise<void> {
    const { folder, binary, plan, opensAdmin } = this.#settings
    for (const envoy of plan.envoys) await writeEnvoy(envoy, this.#secrets)
    writeFileSync(join(folder, AUTHORITY_FILE), this.#secrets.outside)
    await writeCertificates(join(folder, CERTIFICATES_FOLDER), plan.envoys[0]?.identity ?? '', this.#secrets)
    await this.#channel.ask('setUp', {
      addresses: plan.view.proxy.ips,
      echo: plan.echo,
      mounts: writeMounts(folder, plan.view),
      binary,
      envoys: plan.envoys.map(startOf),
      adminSocket: opensAdmin ? this.#adminSocket : undefined,
    })
  }

  get #adminSocket(): string {
    return join(this.#settings.folder, ADMIN_SOCKET)
  }

  /** Opens Envoy's administration to the machine, if the settings ask for it. @returns its port on loopback */
  async adminPort(): Promise<number | undefined> {
    return this.#settings.opensAdmin ? await openAdminPort(this.#adminSocket) : undefined
  }

  /** Replaces what has changed; connections go on. */
  async update(plan: SandboxPlan): Promise<void> {
    this.#plan = plan
    this.#dns = dnsServer(plan.table, this.#settings.planner.upstream)
    await this.#answered(this.#channel.ask('update', plan.echo))
    for (const envoy of plan.envoys) await writeEnvoy(envoy, this.#secrets)
    await this.#answered(this.#channel.ask('keepEnvoys', plan.envoys.map(startOf)))
  }

  /** @throws SandboxError if the sandbox ends before it answers */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof ChannelClosed) throw new SandboxError('the sandbox ended unexpectedly')
      throw error
    }
  }

  /** @throws SandboxError */
  probe(probe: Probe): Promise<Arrival> {
    return this.#answered(this.#channel.ask('probe', probe))
  }

  /** Runs a program in the sandbox. It has the streams of this process. @throws SandboxError */
  run(words: readonly string[], cwd: string): Promise<CommandEnd | CommandFailure> {
    const authority = join(this.#settings.folder, AUTHORITY_FILE)
    const own = Object.fromEntries(AUTHORITY_VARIABLES.map((name) => [name, authority]))
    const env = {
      ...this.#settings.env,
      ...own,
      VIPCTL_SANDBOX: this.#plan.view.proxy.id,
      VIPCTL_SANDBOX_CERTS: join(this.#settings.folder, CERTIFICATES_FOLDER),
    }
    return this.#answered(this.#channel.ask('run', { words, cwd, env }))
  }

  /** The clusters of the client's proxy that had no endpoint for a request. */
  unmet(): Promise<readonly string[]> {
    return this.#answered(this.#channel.ask('counted', 'upstream_cx_none_healthy'))
  }

  /** The clusters by which the client's proxy connected. */
  used(): Promise<readonly string[]> {
    return this.#answered(this.#channel.ask('counted', 'upstream_cx_total'))
  }

  /** What Envoys refuse of their configuration, as they say it, since the last call. */
  complaints(): readonly string[] {
    return this.#complaints.of(this.#plan.envoys.map(({ folder }) => folder))
  }

  signal(signal: NodeJS.Signals): Promise<void> {
    return this.#channel.ask('signal', signal)
  }

  /** Ends everything that the sandbox has started. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ENDING_MS)
    if (this.#child.connected) this.#child.disconnect()
    await ended
    clearTimeout(timer)
  }
}
