/** Patches that match nothing, for meshes of any size. */
import { buildEnvoyResources, type EnvoyResources } from '../../envoy/index.ts'
import { type Patch, patchesFor, patchesRecording } from '../../envoy/patches/plan/patches.ts'
import type { EnvoyFilterResource } from '../../kinds/index.ts'
import type { ApplyTo } from '../../kinds/messages/envoy-filter.ts'
import type { PatchedProxy } from './report.ts'

/** A patch that matches nothing in the proxies that were looked at. */
export interface UnmatchedPatch {
  readonly filter: EnvoyFilterResource
  /** In `configPatches`. */
  readonly index: number
  /** The number of proxies that it is for, and of those that were looked at. */
  readonly proxies: number
  readonly looked: number
}

/** The resources in which patches of each kind show what they match. */
const READ: Readonly<Partial<Record<ApplyTo, readonly (keyof EnvoyResources)[]>>> = {
  LISTENER: ['listeners'],
  FILTER_CHAIN: ['listeners'],
  NETWORK_FILTER: ['listeners'],
  HTTP_FILTER: ['listeners'],
  LISTENER_FILTER: ['listeners'],
  CLUSTER: ['clusters'],
  // Inbound routes are inside of listeners.
  ROUTE_CONFIGURATION: ['listeners', 'routes'],
  VIRTUAL_HOST: ['listeners', 'routes'],
  HTTP_ROUTE: ['listeners', 'routes'],
  EXTENSION_CONFIG: ['extensions'],
}

type Counts = { proxies: number; looked: number; isMatched: boolean }

class Search {
  readonly #counts = new Map<EnvoyFilterResource, Map<number, Counts>>()

  /** The patches that are for a proxy and for its type. */
  #fitting({ view }: PatchedProxy): readonly Patch[] {
    const isRouter = view.proxy.type === 'router'
    return (patchesFor(view)?.patches ?? []).filter(({ applyTo, match }) => {
      const context = match?.context ?? 'ANY'
      return READ[applyTo] !== undefined && (context === 'ANY' || (context === 'GATEWAY') === isRouter)
    })
  }

  #of({ filter, index }: Patch): Counts {
    const own = this.#counts.get(filter) ?? new Map<number, Counts>()
    this.#counts.set(filter, own)
    const counts = own.get(index) ?? { proxies: 0, looked: 0, isMatched: false }
    own.set(index, counts)
    return counts
  }

  count(proxy: PatchedProxy): void {
    for (const patch of this.#fitting(proxy)) this.#of(patch).proxies++
  }

  /**
   * Computes what patches without a match need.
   * @param wasLooked whether patches that were looked for in another proxy are a reason to compute this one
   * @returns whether anything was computed
   */
  look(proxy: PatchedProxy, wasLooked: boolean): boolean {
    const open = this.#fitting(proxy).filter((patch) => !this.#of(patch).isMatched)
    if (!open.some((patch) => wasLooked || this.#of(patch).looked === 0)) return false
    const patches = patchesRecording(proxy.view, ({ patch }) => {
      this.#of(patch).isMatched = true
    })
    const resources = buildEnvoyResources(proxy.view, patches)
    // Each is computed on first use.
    for (const kind of new Set(open.flatMap(({ applyTo }) => READ[applyTo] ?? []))) void resources[kind]
    for (const patch of open) this.#of(patch).looked++
    return true
  }

  *unmatched(): Iterable<UnmatchedPatch> {
    for (const [filter, patches] of this.#counts) {
      for (const [index, { proxies, looked, isMatched }] of patches) {
        if (!isMatched && looked > 0) yield { filter, index, proxies, looked }
      }
    }
  }
}

/**
 * Looks for the patches that match nothing. A patch that has matched is not looked for again, so a large mesh costs more
 * only for patches that match nothing.
 * @param most at most this many proxies are computed
 */
export function unmatchedPatches(proxies: readonly PatchedProxy[], most: number): readonly UnmatchedPatch[] {
  const search = new Search()
  for (const proxy of proxies) search.count(proxy)
  // A patch for one workload is looked for before another takes all computations.
  const first = new Set<PatchedProxy>()
  for (const proxy of proxies) if (first.size < most && search.look(proxy, false)) first.add(proxy)
  let computed = first.size
  for (const proxy of proxies) {
    if (computed === most) break
    if (!first.has(proxy) && search.look(proxy, true)) computed++
  }
  return [...search.unmatched()]
}
