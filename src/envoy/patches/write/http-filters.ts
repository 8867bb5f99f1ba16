/** Applies patches of HTTP filters to a connection manager. */
import { isMapping, type JsonMapping, listAt, textAt } from '../../../sources/mapping.ts'
import type { Patch, PatchEffect } from '../plan/patches.ts'
import { namedHttpFilter } from './listener-match.ts'
import { mergeFilter } from './merge-filter.ts'
import { place } from './placement.ts'

const MANAGER = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'

const isManager = (config: JsonMapping): boolean => textAt(config, '@type').endsWith(`/${MANAGER}`)

/** The effects of a patch that changed a list: one per item that came or went, in place of each other if one of each. */
export function listEffects(
  patch: Patch,
  part: readonly string[],
  removed: readonly JsonMapping[],
  added: JsonMapping | undefined,
): readonly PatchEffect[] {
  const partOf = (item: JsonMapping) => [...part, textAt(item, 'name')].filter((step) => step !== '')
  if (removed.length === 0) return [{ patch, part: partOf(added ?? {}), before: undefined, after: added }]
  return removed.map((item) => ({ patch, part: partOf(item), before: item, after: added }))
}

/** The connection manager after the patches, and what they did; the filter itself if they do nothing. */
export interface PatchedManager {
  readonly filter: JsonMapping
  readonly effects: readonly PatchEffect[]
}

/**
 * Patches the HTTP filters of a network filter, if it is a connection manager. A MERGE sees what the other patches
 * made.
 * @param patches those of HTTP filters that match the listener, chain and network filter
 * @param part the way to the network filter
 * @throws Panic for a MERGE of different types; the filter then stays as it was
 */
export function patchHttpFilters(
  filter: JsonMapping,
  patches: readonly Patch[],
  part: readonly string[],
): PatchedManager {
  const { typedConfig } = filter
  if (!isMapping(typedConfig) || !isManager(typedConfig)) return { filter, effects: [] }
  const effects: PatchEffect[] = []
  let items = listAt(typedConfig, 'httpFilters') as readonly JsonMapping[]
  for (const patch of patches) {
    const placed = place(items, patch.operation, namedHttpFilter(patch), patch.value)
    if (!placed) continue
    items = placed.items
    effects.push(...listEffects(patch, part, placed.removed, placed.isAdded ? patch.value : undefined))
  }
  const merges = patches.filter(({ operation }) => operation === 'MERGE')
  if (merges.length > 0) items = items.map((item) => mergeAll(item, merges, part, effects))
  if (effects.length === 0) return { filter, effects }
  const { httpFilters: _, ...others } = typedConfig
  const config = items.length > 0 ? { ...typedConfig, httpFilters: items } : others
  return { filter: { ...filter, typedConfig: config } as JsonMapping, effects }
}

function mergeAll(
  item: JsonMapping,
  merges: readonly Patch[],
  part: readonly string[],
  effects: PatchEffect[],
): JsonMapping {
  let merged = item
  for (const patch of merges) {
    const isNamed = namedHttpFilter(patch)
    if ((isNamed && !isNamed(merged)) || !isMapping(merged.typedConfig)) continue
    const before = merged
    const own = [...part, textAt(before, 'name')]
    merged = mergeFilter(before, patch, own)
    effects.push({ patch, part: own, before, after: merged })
  }
  return merged
}
