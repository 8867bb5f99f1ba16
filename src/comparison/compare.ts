/** Compares the resources of two messages by name. */
import type { JsonValue } from '../sources/document.ts'
import type { NamedResources } from './resources.ts'
import { sameData } from './same-data.ts'

/** A resource that differs; undefined on the side that does not have it. `differencesOf` tells where. */
export interface DifferentResource {
  readonly name: string
  readonly expected: JsonValue | undefined
  readonly actual: JsonValue | undefined
}

export interface ResourceComparison {
  /** How many resources are the same. */
  readonly matched: number
  /** Those of `expected` in its order, then those that only `actual` has. */
  readonly different: readonly DifferentResource[]
}

/** @param skip names that are not compared */
export function compareResources(
  expected: NamedResources,
  actual: NamedResources,
  skip: ReadonlySet<string> = new Set(),
): ResourceComparison {
  const different: DifferentResource[] = []
  let matched = 0
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    if (skip.has(name)) continue
    const pair = { name, expected: expected.get(name), actual: actual.get(name) }
    if (sameData(pair.expected, pair.actual)) matched++
    else different.push(pair)
  }
  return { matched, different }
}
