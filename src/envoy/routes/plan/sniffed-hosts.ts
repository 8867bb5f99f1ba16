import { append } from '../../../common/collections.ts'
import type { VirtualHostFact } from './facts.ts'

const ANY_DOMAIN = '*'

/**
 * The virtual hosts of one port, from which the listeners of single services that sniff take theirs (httproute.go
 * getVirtualHostsForSniffedServicePort). The reference renames what it has handed out in its own list, so a host can be
 * had only once; `restore` forgets that, as building the list again does there.
 */
export class SniffedHosts {
  readonly all: readonly VirtualHostFact[]
  private byDomain: ReadonlyMap<string, readonly number[]> | undefined
  /** Positions of virtual hosts whose domains are `*` by now. */
  private readonly renamed = new Set<number>()

  constructor(all: readonly VirtualHostFact[]) {
    this.all = all
  }

  restore(): void {
    this.renamed.clear()
  }

  /** The virtual hosts with one of these domains; a single one answers to every host. */
  take(...domains: readonly string[]): readonly VirtualHostFact[] {
    const positions = new Set<number>()
    for (const domain of new Set(domains)) {
      for (const position of this.positionsByDomain().get(domain) ?? []) {
        if (!this.renamed.has(position)) positions.add(position)
      }
      if (domain === ANY_DOMAIN) for (const position of this.renamed) positions.add(position)
    }
    const sorted = [...positions].sort((a, b) => a - b)
    const [only] = sorted
    if (sorted.length === 1 && only !== undefined) this.renamed.add(only)
    return sorted.map((position) => this.at(position)).filter((fact) => fact !== undefined)
  }

  private at(position: number): VirtualHostFact | undefined {
    const fact = this.all[position]
    if (!fact || !this.renamed.has(position)) return fact
    return { resource: { ...fact.resource, domains: [ANY_DOMAIN] }, origins: fact.origins, routes: fact.routes }
  }

  private positionsByDomain(): ReadonlyMap<string, readonly number[]> {
    if (this.byDomain) return this.byDomain
    const byDomain = new Map<string, number[]>()
    for (const [position, { resource }] of this.all.entries()) {
      for (const domain of resource.domains) append(byDomain, domain, position)
    }
    this.byDomain = byDomain
    return byDomain
  }
}
