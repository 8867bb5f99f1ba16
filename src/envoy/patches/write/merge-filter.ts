/** MERGE of filters, whose configuration is in an Any (pilot/pkg/networking/util MergeAnyWithAny). */
import { mergeContents, TypeMismatch } from '../../../kinds/protobuf/index.ts'
import { isMapping, type JsonMapping, textAt } from '../../../sources/mapping.ts'
import type { Patch, PatchEffect } from '../plan/patches.ts'

/** istiod panics: it merges messages of different types. What is patched already stays, and the rest as it was. */
export class Panic extends Error {
  readonly effect: PatchEffect

  constructor(effect: PatchEffect) {
    super(effect.failure)
    this.effect = effect
  }
}

/**
 * Merges the `typedConfig` of a patch into that of a filter or transport socket, which keeps its name.
 * @param from a message with `typedConfig` too
 * @param part the way to the first
 * @throws Panic when the two are of different types
 */
export function mergeConfig(into: JsonMapping, from: JsonMapping, patch: Patch, part: readonly string[]): JsonMapping {
  if (!isMapping(into.typedConfig) || !isMapping(from.typedConfig)) return into
  try {
    const typedConfig = mergeContents(into.typedConfig, from.typedConfig)
    return { ...into, typedConfig }
  } catch (problem) {
    if (!(problem instanceof TypeMismatch)) throw problem
    throw new Panic({ patch, part, before: into as never, after: into as never, failure: problem.message })
  }
}

/**
 * Merges the value of a patch into a filter: its configuration, and its name if it has one. Without configuration
 * nothing happens.
 * @throws Panic as above
 */
export function mergeFilter(into: JsonMapping, patch: Patch, part: readonly string[]): JsonMapping {
  if (!isMapping(into.typedConfig)) return into
  const from = patch.value ?? {}
  const name = textAt(from, 'name') || textAt(into, 'name')
  return { ...mergeConfig(into, from, patch, part), name }
}
