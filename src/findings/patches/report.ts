/** What each patch of the EnvoyFilters does to proxies. */
import { buildEnvoyResources } from '../../envoy/index.ts'
import { envoyFiltersOf, patchesRecording, type ResourceEffect } from '../../envoy/patches/plan/patches.ts'
import type { EnvoyFilterResource } from '../../kinds/index.ts'
import type { EnvoyConfigObjectPatch } from '../../kinds/messages/envoy-filter.ts'
import type { ProxyView } from '../../scope/view.ts'

/** A proxy to look at. */
export interface PatchedProxy {
  /** `deploy/web.shop`, with the number of others like it. */
  readonly name: string
  readonly view: ProxyView
}

/** What a patch does to a part of a resource, on all proxies where it does the same. */
export interface PatchChange extends Omit<ResourceEffect, 'patch'> {
  /** Their names. */
  readonly proxies: readonly string[]
}

/** Why a patch does nothing. */
export type WhyNothing =
  | 'no-proxy'
  | 'other-proxies'
  | 'other-context'
  | 'waypoint'
  | 'not-asked-for'
  | 'bootstrap'
  | 'no-match'

export interface PatchReport {
  readonly written: EnvoyConfigObjectPatch
  /** In `configPatches`. */
  readonly index: number
  readonly changes: readonly PatchChange[]
  /** undefined when it changes something. */
  readonly nothing: WhyNothing | undefined
}

export interface FilterReport {
  readonly filter: EnvoyFilterResource
  /** The names of the proxies to which it applies. */
  readonly proxies: readonly string[]
  readonly patches: readonly PatchReport[]
}

interface Mutable extends Omit<PatchChange, 'proxies'> {
  readonly proxies: string[]
}

/** What is known of the patches of one filter. */
class FilterRecord {
  readonly #filter: EnvoyFilterResource
  readonly #proxies: PatchedProxy[] = []
  readonly #changes: readonly Map<string, Mutable>[]
  /** The patches that are for one of the proxies, whatever they match. */
  readonly #fitting = new Set<number>()

  constructor(filter: EnvoyFilterResource) {
    this.#filter = filter
    this.#changes = filter.spec.configPatches.map(() => new Map())
  }

  applies(proxy: PatchedProxy, fitting: Iterable<number>): void {
    this.#proxies.push(proxy)
    for (const index of fitting) this.#fitting.add(index)
  }

  add(proxy: string, { patch, ...effect }: ResourceEffect): void {
    const changes = this.#changes[patch.index]
    const key = JSON.stringify(effect)
    const known = changes?.get(key)
    // Parts without a name may change alike.
    if (known && known.proxies.at(-1) !== proxy) known.proxies.push(proxy)
    if (!known) changes?.set(key, { ...effect, proxies: [proxy] })
  }

  report(): FilterReport {
    return {
      filter: this.#filter,
      proxies: this.#proxies.map(({ name }) => name),
      patches: this.#filter.spec.configPatches.map((written, index) => {
        const changes = [...(this.#changes[index]?.values() ?? [])]
        const nothing = changes.length > 0 ? undefined : this.#whyNothing(written, index)
        return { written, index, changes, nothing }
      }),
    }
  }

  #whyNothing({ applyTo, match }: EnvoyConfigObjectPatch, index: number): WhyNothing {
    if (match?.context === 'WAYPOINT') return 'waypoint'
    if (applyTo === 'BOOTSTRAP') return 'bootstrap'
    if (this.#proxies.length === 0) return 'no-proxy'
    if (!this.#fitting.has(index)) return 'other-proxies'
    if (applyTo === 'EXTENSION_CONFIG') return 'not-asked-for'
    const types = new Set(this.#proxies.map(({ view }) => view.proxy.type))
    const wanted =
      match?.context === 'GATEWAY' ? 'router' : match?.context.startsWith('SIDECAR') ? 'sidecar' : undefined
    return wanted && !types.has(wanted) ? 'other-context' : 'no-match'
  }
}

/**
 * Computes the resources of proxies with their EnvoyFilters.
 * @param filters those to report on
 * @returns one report per filter, in the given order
 */
export function reportPatches(
  filters: readonly EnvoyFilterResource[],
  proxies: readonly PatchedProxy[],
): readonly FilterReport[] {
  const records = new Map(filters.map((filter) => [filter, new FilterRecord(filter)]))
  for (const proxy of proxies) {
    const applying = envoyFiltersOf(proxy.view).filter((filter) => records.has(filter))
    if (applying.length === 0) continue
    const patches = patchesRecording(proxy.view, (effect) => records.get(effect.patch.filter)?.add(proxy.name, effect))
    for (const filter of applying) {
      const own = (patches?.patches ?? []).filter((patch) => patch.filter === filter)
      records.get(filter)?.applies(
        proxy,
        own.map(({ index }) => index),
      )
    }
    if (!patches) continue
    const resources = buildEnvoyResources(proxy.view, patches)
    // Each is computed on first use.
    void [resources.listeners, resources.clusters, resources.routes, resources.extensions]
  }
  return [...records.values()].map((record) => record.report())
}
