/** Sends a request to every listener and route of a sandbox's client, and compares where it arrives with its trace. */
import { ipFamily } from '../../common/addresses.ts'
import { joinHostPort } from '../../common/names.ts'
import type { Mesh } from '../../pipeline.ts'
import { type Client, clientOf, Peers, type Trace, trace } from '../../simulation/index.ts'
import type { Branch } from '../../simulation/step.ts'
import { isServerFirst, type SandboxPlan } from '../outside/plan.ts'
import type { Upstream } from '../outside/upstream.ts'
import type { Arrival, Probe } from '../probe.ts'
import { difference } from './difference.ts'
import { type Target, type TargetSettings, targetsOf } from './targets.ts'

/** What became of one target. */
export interface Checked {
  readonly target: string
  readonly trace: Trace
  readonly arrival: Arrival
  /** What differs; undefined when both agree. */
  readonly difference: string | undefined
}

/** As many requests are on their way at a time. */
const AT_A_TIME = 8
const TYPES = ['A', 'AAAA'] as const

export interface CheckSettings {
  readonly mesh: Mesh
  readonly plan: SandboxPlan
  readonly upstream: Upstream
  probe(probe: Probe): Promise<Arrival>
}

class Checker {
  readonly #settings: CheckSettings
  readonly #client: Client
  readonly #peers: Peers
  readonly #type: (typeof TYPES)[number]
  readonly #names: ReadonlyMap<string, string>

  constructor(settings: CheckSettings) {
    const { mesh, plan, upstream } = settings
    this.#settings = settings
    this.#client = clientOf(plan.view, mesh.scope)
    this.#peers = new Peers(mesh.scope)
    this.#type = plan.view.proxy.ipMode === 'IPv6' ? 'AAAA' : 'A'
    this.#names = upstream.asMap(this.#type)
  }

  /** The simulation's endpoints may be names, which the resolver behind the proxy knows. */
  #isUsed({ targets }: Branch, endpoint: string): boolean {
    return targets
      .filter(({ endpoint: { share } }) => share > 0)
      .some(({ endpoint: { address, port } }) => {
        // Sockets of the file system are not part of a sandbox.
        if (address.startsWith('/')) return true
        if (ipFamily(address) !== 0) return isPlace(endpoint, address, port)
        return TYPES.some((type) =>
          this.#settings.upstream.addressesOf(address, type)?.some((found) => isPlace(endpoint, found, port)),
        )
      })
  }

  /** A name of which only a wildcard is known gets its address when it is asked for. */
  #namesWith(host: string): ReadonlyMap<string, string> {
    if (this.#names.has(host)) return this.#names
    const [address] = this.#settings.upstream.addressesOf(host, this.#type) ?? []
    return address === undefined ? this.#names : new Map([...this.#names, [host, address]])
  }

  async check({ text, request }: Target): Promise<Checked> {
    // Only the client's own proxy: connections end behind it.
    const settings = { resolve: this.#namesWith(request.host), allBranches: true, depth: 0 }
    const found = trace(this.#client, this.#peers, request, settings)
    const arrival = await this.#settings.probe({ ...request, address: request.host })
    const differs = difference(request, found, arrival, (branch, endpoint) => this.#isUsed(branch, endpoint))
    return { target: text, trace: found, arrival, difference: differs }
  }
}

/** @param endpoint with port 0 if the echo server does not know it */
const isPlace = (endpoint: string, address: string, port: number): boolean =>
  endpoint === joinHostPort(address, port) || endpoint === joinHostPort(address, 0)

/** Facts about a sandbox that decide how its clients connect. */
export function sandboxTargetSettings({ view, table }: SandboxPlan, upstream: Upstream): TargetSettings {
  const { dnsCapture, ipMode } = view.proxy
  const type = ipMode === 'IPv6' ? 'AAAA' : 'A'
  const resolves = (name: string): boolean => {
    const answer = dnsCapture ? table.lookup(name, type) : undefined
    if (answer?.kind === 'answer') return answer.records.length > 0
    return (upstream.addressesOf(name, type) ?? []).length > 0
  }
  return { resolves, isServerFirst: (cluster) => isServerFirst(cluster, view) }
}

/** What a client can connect to. */
export function sandboxTargets(plan: SandboxPlan, upstream: Upstream): readonly Target[] {
  const missing = { IPv4: 6, IPv6: 4, Dual: undefined }[plan.view.proxy.ipMode]
  const targets = targetsOf(plan.resources, sandboxTargetSettings(plan, upstream))
  return targets.filter(({ request }) => ipFamily(request.host) !== missing)
}

/** In the order of the targets. */
export async function checkAll(targets: readonly Target[], settings: CheckSettings): Promise<readonly Checked[]> {
  const checker = new Checker(settings)
  const out: Checked[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < targets.length; index = next++) {
      out[index] = await checker.check(targets[index] as Target)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return out
}
