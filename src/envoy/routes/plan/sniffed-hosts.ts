import { append } from '../../../common/collections.ts'
import type { VirtualHostPlan } from './route.ts'

const ANY_DOMAIN = '*'

/** The same virtual host with the domain `*`. */
function renamed(plan: VirtualHostPlan): VirtualHostPlan {
  const { name, routes, requiresTls, attemptCount } = plan
  return {
    name,
    domains: [ANY_DOMAIN],
    routes,
    requiresTls,
    attemptCount,
    get origins() {
      return plan.origins
    },
  }
}

/**
 * The virtual hosts of one port, from which listeners of a single service with protocol detection take theirs
 * (httproute.go getVirtualHostsForSniffedServicePort). The reference renames a host in its own list when it hands it
 * out, so each host is found only once; `restore` has the effect of rebuilding that list.
 */
export class SniffedHosts {
  readonly all: readonly VirtualHostPlan[]
  #byDomain: ReadonlyMap<string, readonly number[]> | undefined
  /** Positions of virtual hosts whose domain has become `*`. */
  readonly #renamed = new Set<number>()

  constructor(all: readonly VirtualHostPlan[]) {
    this.all = all
  }

  restore(): void {
    this.#renamed.clear()
  }

  /** The virtual hosts with one of these domains; a single one gets the domain `*`. */
  take(...domains: readonly string[]): readonly VirtualHostPlan[] {
    const positions = new Set<number>()
    for (const domain of new Set(domains)) {
      for (const position of this.#positionsByDomain().get(domain) ?? []) {
        if (!this.#renamed.has(position)) positions.add(position)
      }
      if (domain === ANY_DOMAIN) for (const position of this.#renamed) positions.add(position)
    }
    const sorted = [...positions].sort((a, b) => a - b)
    const [only] = sorted
    if (sorted.length === 1 && only !== undefined) this.#renamed.add(only)
    return sorted.map((position) => this.#at(position)).filter((plan) => plan !== undefined)
  }

  #at(position: number): VirtualHostPlan | undefined {
    const plan = this.all[position]
    return plan && this.#renamed.has(position) ? renamed(plan) : plan
  }

  #positionsByDomain(): ReadonlyMap<string, readonly number[]> {
    if (this.#byDomain) return this.#byDomain
    const byDomain = new Map<string, number[]>()
    for (const [position, { domains }] of this.all.entries()) {
      for (const domain of domains) append(byDomain, domain, position)
    }
    this.#byDomain = byDomain
    return byDomain
  }
}
