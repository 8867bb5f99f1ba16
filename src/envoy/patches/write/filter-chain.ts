/** Applies patches to one filter chain and its network filters (core/envoyfilter/listener_patch.go patchFilterChain). */
import { mergeMessages } from '../../../kinds/protobuf/index.ts'
import { isMapping, type JsonMapping, listAt, textAt } from '../../../sources/mapping.ts'
import type { Patch, PatchesOf } from '../plan/patches.ts'
import type { Effects } from './effects.ts'
import { listEffects, patchHttpFilters } from './http-filters.ts'
import { matchesChain, matchesListener, namedNetworkFilter } from './listener-match.ts'
import { mergeConfig, mergeFilter } from './merge-filter.ts'
import { isMerge, listsOf } from './merges.ts'
import { place } from './placement.ts'

const CHAIN = 'envoy.config.listener.v3.FilterChain'
const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager'

/** A message of which parts are replaced; what is replaced at a panic stays. */
export type Draft = { [field: string]: unknown }

/** What the patches of a listener's chains need. */
export interface ChainContext {
  readonly patches: PatchesOf
  readonly listener: JsonMapping
  readonly effects: Effects
}

/** The patches of a kind that match a chain. */
function matching({ patches, listener }: ChainContext, applyTo: Patch['applyTo'], chain: JsonMapping) {
  return patches(applyTo).filter((patch) => matchesListener(patch, listener) && matchesChain(patch, listener, chain))
}

export const hasFilters = (chain: JsonMapping): boolean => Array.isArray(chain.filters)

const partOf = (chain: JsonMapping): readonly string[] => {
  const name = textAt(chain, 'name')
  return [name === '' ? 'a filter chain without a name' : `filter chain ${name}`]
}

/** A transport socket of the same name takes the configuration only, and the rest of the value is lost. */
function mergeChain(chain: JsonMapping, patch: Patch): JsonMapping {
  const { operation, value = {} } = patch
  const { transportSocket: into } = chain
  const { transportSocket: from } = value
  if (isMapping(into) && isMapping(from) && textAt(into, 'name') === textAt(from, 'name')) {
    return { ...chain, transportSocket: mergeConfig(into, from, patch, partOf(chain)) } as JsonMapping
  }
  return mergeMessages(CHAIN, chain, value, listsOf(operation))
}

/** @returns false when a patch removed the chain */
function patchItself(draft: Draft, context: ChainContext): boolean {
  for (const patch of context.patches('FILTER_CHAIN')) {
    const chain = draft as JsonMapping
    if (!matchesListener(patch, context.listener) || !matchesChain(patch, context.listener, chain)) continue
    if (patch.operation === 'REMOVE') {
      context.effects.add({ patch, part: partOf(chain), before: { ...chain }, after: undefined })
      delete draft.filters
      return false
    }
    if (!isMerge(patch)) continue
    const before = { ...chain }
    const after = mergeChain(before, patch)
    Object.assign(draft, after)
    for (const key of Object.keys(draft)) if (!Object.hasOwn(after, key)) delete draft[key]
    context.effects.add({ patch, part: partOf(before), before, after })
  }
  return true
}

function placeFilters(draft: Draft, context: ChainContext): void {
  for (const patch of matching(context, 'NETWORK_FILTER', draft as JsonMapping)) {
    const chain = draft as JsonMapping
    const filters = listAt(chain, 'filters') as readonly JsonMapping[]
    const placed = place(filters, patch.operation, namedNetworkFilter(patch), patch.value)
    if (!placed) continue
    draft.filters = placed.items
    const added = placed.isAdded ? patch.value : undefined
    for (const effect of listEffects(patch, partOf(chain), placed.removed, added)) context.effects.add(effect)
  }
}

function mergeFilters(draft: Draft, context: ChainContext): void {
  const chain = draft as JsonMapping
  const merges = matching(context, 'NETWORK_FILTER', chain).filter(({ operation }) => operation === 'MERGE')
  const ofHttp = matching(context, 'HTTP_FILTER', chain)
  if (merges.length === 0 && ofHttp.length === 0) return
  const filters = [...(listAt(chain, 'filters') as readonly JsonMapping[])]
  draft.filters = filters
  const set = (index: number, filter: JsonMapping) => {
    filters[index] = filter
    return filter
  }
  for (let index = 0; index < filters.length; index++) {
    let filter = filters[index] as JsonMapping
    for (const patch of merges) {
      if (namedNetworkFilter(patch)?.(filter) === false || !isMapping(filter.typedConfig)) continue
      const before = filter
      const part = [...partOf(chain), textAt(before, 'name')]
      filter = set(index, mergeFilter(before, patch, part))
      context.effects.add({ patch, part, before, after: filter })
    }
    if (textAt(filter, 'name') !== CONNECTION_MANAGER) continue
    const named = ofHttp.filter((patch) => namedNetworkFilter(patch)?.(filter) !== false)
    const patched = patchHttpFilters(filter, named, [...partOf(chain), 'HTTP filters'])
    set(index, patched.filter)
    for (const effect of patched.effects) context.effects.add(effect)
  }
}

/**
 * Patches a chain in place.
 * @throws Panic for a MERGE of different types; what was patched before stays
 */
export function patchChain(draft: Draft, context: ChainContext): void {
  if (!patchItself(draft, context)) return
  placeFilters(draft, context)
  mergeFilters(draft, context)
}
