/** Objects that the input has several times. */
import type { DestinationRuleResource } from '../kinds/index.ts'
import { DESTINATION_RULE } from '../kinds/istio/destination-rule.ts'
import type { Resource } from '../kinds/resource.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { completeHost } from '../scope/names.ts'
import type { JsonValue } from '../sources/document.ts'
import { readValue } from '../sources/index.ts'
import { isMapping, valueAt } from '../sources/mapping.ts'

/** One object with all its places, in input order: the last one wins. */
export interface RepeatedObject {
  readonly first: Resource
  readonly others: readonly Resource[]
  readonly winner: Resource
}

/** Every object that the input has more than once. */
export function repeatedObjects({ duplicates }: Pick<Snapshot, 'duplicates'>): readonly RepeatedObject[] {
  const chains = new Map<Resource, Resource[]>()
  for (const { replaced, resource } of duplicates) {
    const chain = chains.get(replaced) ?? [replaced]
    chains.delete(replaced)
    chain.push(resource)
    chains.set(resource, chain)
  }
  return [...chains].map(([winner, chain]) => ({
    first: chain[0] ?? winner,
    others: chain.slice(1),
    winner,
  }))
}

/**
 * Subsets of DestinationRules that a later variant replaces, with their full hosts. Which of several variants is applied
 * is not known, so that a subset of any of them may exist.
 */
export function* variantSubsets({
  duplicates,
}: Pick<Snapshot, 'duplicates'>): Iterable<{ host: string; subset: string }> {
  for (const { replaced } of duplicates) {
    if (replaced.kind !== DESTINATION_RULE.kind) continue
    const { spec, meta } = replaced as DestinationRuleResource
    const host = completeHost(spec.host, meta.namespace)
    for (const { name } of spec.subsets) yield { host, subset: name }
  }
}

/** Whether two JSON values are the same, whatever the order of keys. */
function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]))
  }
  if (!isMapping(a) || !isMapping(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

const writtenValue = ({ location: { document, path } }: Resource): JsonValue | undefined =>
  valueAt(readValue(document), path)

/** Whether two objects are written with different values. Reads their documents again. */
export const differ = (a: Resource, b: Resource): boolean => !same(writtenValue(a), writtenValue(b))
