/** Applies patches to one listener (core/envoyfilter/listener_patch.go patchListener). */
import { mergeMessages } from '../../../kinds/protobuf/index.ts'
import { isMapping, type JsonMapping, listAt, textAt } from '../../../sources/mapping.ts'
import type { Patch, PatchEffect, PatchesOf } from '../plan/patches.ts'
import type { Effects } from './effects.ts'
import { type Draft, hasFilters, patchChain } from './filter-chain.ts'
import { listEffects } from './http-filters.ts'
import { matchesListener, namedListenerFilter } from './listener-match.ts'
import { mergeConfig, Panic } from './merge-filter.ts'
import { isMerge, listsOf } from './merges.ts'
import { place } from './placement.ts'

const LISTENER = 'envoy.config.listener.v3.Listener'

const KINDS = ['LISTENER', 'LISTENER_FILTER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER'] as const

/** Whether some patch matches a listener, so that it may change it. */
export const concernsListener = (patches: PatchesOf, listener: JsonMapping): boolean =>
  KINDS.some((kind) => patches(kind).some((patch) => matchesListener(patch, listener)))

/** A listener after its patches. */
export interface PatchedListener {
  /** undefined when a patch removed it. */
  readonly listener: JsonMapping | undefined
  /** Its filter chains (the default chain last), each with the one it was, or the patch that added it. */
  readonly chains: readonly { readonly from: JsonMapping | Patch }[]
  /** Whether istiod panics here, and patches nothing more of the stage. */
  readonly panics: boolean
}

/** A chain whose filters were all removed, unlike a removed chain, stays; an empty list is not printed. */
function dropEmptyFilters(chain: Draft): void {
  if ((chain.filters as readonly unknown[] | undefined)?.length === 0) delete chain.filters
}

class ListenerPatcher {
  readonly #draft: Draft
  readonly #patches: PatchesOf
  readonly #effects: Effects
  /** Where the chains of the draft come from. */
  readonly #sources = new Map<unknown, JsonMapping | Patch>()

  constructor(listener: JsonMapping, patches: PatchesOf, effects: Effects) {
    this.#draft = { ...listener }
    this.#patches = patches
    this.#effects = effects
  }

  patch(): PatchedListener {
    let panics = false
    try {
      if (!this.#patchItself()) return { listener: undefined, chains: [], panics }
      this.#patchListenerFilters()
      this.#patchChains()
    } catch (problem) {
      if (!(problem instanceof Panic)) throw problem
      panics = true
      this.#effects.add(problem.effect)
    }
    return { listener: this.#draft as JsonMapping, chains: this.#chains(), panics }
  }

  get #listener(): JsonMapping {
    return this.#draft as JsonMapping
  }

  #matching(applyTo: Patch['applyTo']): readonly Patch[] {
    return this.#patches(applyTo).filter((patch) => matchesListener(patch, this.#listener))
  }

  /** @returns false when a patch removed the listener */
  #patchItself(): boolean {
    for (const patch of this.#patches('LISTENER')) {
      if (!matchesListener(patch, this.#listener)) continue
      const before = { ...this.#listener }
      if (patch.operation === 'REMOVE') {
        this.#effects.add({ patch, part: [], before, after: undefined })
        return false
      }
      if (!isMerge(patch)) continue
      const after = mergeMessages(LISTENER, before, patch.value ?? {}, listsOf(patch.operation))
      for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) delete this.#draft[key]
      Object.assign(this.#draft, after)
      this.#effects.add({ patch, part: [], before, after })
    }
    return true
  }

  #patchListenerFilters(): void {
    for (const patch of this.#matching('LISTENER_FILTER')) {
      const filters = listAt(this.#listener, 'listenerFilters') as readonly JsonMapping[]
      if (patch.operation === 'MERGE') {
        this.#mergeListenerFilters(patch, filters)
        continue
      }
      const placed = place(filters, patch.operation, namedListenerFilter(patch), patch.value)
      if (!placed) continue
      this.#setList('listenerFilters', placed.items)
      this.#report(listEffects(patch, ['listener filters'], placed.removed, placed.isAdded ? patch.value : undefined))
    }
  }

  /** The match must name a filter, but every filter is merged into. */
  #mergeListenerFilters(patch: Patch, filters: readonly JsonMapping[]): void {
    if (!namedListenerFilter(patch)) return
    const merged = [...filters]
    this.#setList('listenerFilters', merged)
    filters.forEach((before, index) => {
      const part = ['listener filters', textAt(before, 'name')]
      const after = mergeConfig(before, patch.value ?? {}, patch, part)
      if (after === before) return
      merged[index] = after
      this.#effects.add({ patch, part, before, after })
    })
  }

  #patchChains(): void {
    const before = listAt(this.#listener, 'filterChains') as readonly JsonMapping[]
    const drafts = before.map((chain): Draft => ({ ...chain }))
    before.forEach((chain, index) => {
      this.#sources.set(drafts[index], chain)
    })
    this.#setList('filterChains', drafts as JsonMapping[])
    for (const draft of drafts) this.#patchChain(draft)
    this.#patchDefaultChain()
    const chains: readonly JsonMapping[] = [...(drafts as JsonMapping[]), ...this.#addedChains()]
    const left = chains.filter(hasFilters)
    for (const chain of left) dropEmptyFilters(chain as Draft)
    this.#setList('filterChains', left)
  }

  #patchChain(draft: Draft): void {
    if (!hasFilters(draft as JsonMapping)) return
    patchChain(draft, { patches: this.#patches, listener: this.#listener, effects: this.#effects })
  }

  #patchDefaultChain(): void {
    const { defaultFilterChain: before } = this.#listener
    if (!isMapping(before) || !hasFilters(before)) return
    const draft: Draft = { ...before }
    this.#sources.set(draft, before)
    this.#draft.defaultFilterChain = draft
    this.#patchChain(draft)
    if (!hasFilters(draft as JsonMapping)) delete this.#draft.defaultFilterChain
    dropEmptyFilters(draft)
  }

  #addedChains(): readonly JsonMapping[] {
    const adds = this.#matching('FILTER_CHAIN').filter(({ operation }) => operation === 'ADD')
    return adds.map((patch) => {
      const chain = { ...patch.value }
      this.#sources.set(chain, patch)
      this.#report(listEffects(patch, ['filter chains'], [], patch.value))
      return chain
    })
  }

  #setList(field: 'filterChains' | 'listenerFilters', items: readonly JsonMapping[]): void {
    if (items.length > 0) this.#draft[field] = items
    else delete this.#draft[field]
  }

  #report(effects: readonly PatchEffect[]): void {
    for (const effect of effects) this.#effects.add(effect)
  }

  #chains(): PatchedListener['chains'] {
    const { defaultFilterChain: last } = this.#draft
    const chains = listAt(this.#listener, 'filterChains')
    return [...chains, ...(last ? [last as JsonMapping] : [])].map((chain) => ({
      from: this.#sources.get(chain) ?? (chain as JsonMapping),
    }))
  }
}

/** Patches a listener; what the patches leave alone is shared with it. */
export function patchListener(listener: JsonMapping, patches: PatchesOf, effects: Effects): PatchedListener {
  return new ListenerPatcher(listener, patches, effects).patch()
}
