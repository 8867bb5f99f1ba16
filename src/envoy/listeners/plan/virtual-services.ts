import { append } from '../../../common/collections.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import { MatchingHosts } from '../../routes/plan/matching-hosts.ts'

/** Finds the VirtualServices for a host without comparing each of them. */
export class VirtualServiceIndex {
  readonly #services: readonly VirtualServiceView[]
  /** Positions in the list by host. */
  readonly #positions = new Map<string, number[]>()
  readonly #hosts: MatchingHosts

  /** @param services in order of precedence */
  constructor(services: readonly VirtualServiceView[]) {
    this.#services = services
    for (const [position, service] of services.entries()) {
      for (const host of service.hosts) append(this.#positions, host, position)
    }
    this.#hosts = new MatchingHosts(this.#positions.keys())
  }

  /** VirtualServices with an equal host, or with a wildcard match on either side; in order, without duplicates. */
  touching(host: string): readonly VirtualServiceView[] {
    if (this.#services.length === 0) return this.#services
    const hosts = new Set<string>()
    this.#hosts.collectMatches(host, hosts)
    const positions = new Set<number>()
    for (const found of hosts) for (const position of this.#positions.get(found) ?? []) positions.add(position)
    return [...positions].sort((a, b) => a - b).flatMap((position) => this.#services[position] ?? [])
  }
}
