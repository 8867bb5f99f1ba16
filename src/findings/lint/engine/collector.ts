/** Collects findings of rules; the same finding for several proxies becomes one. */

import { compareBytes } from '../../../common/bytes.ts'
import { append } from '../../../common/collections.ts'
import { writerAt } from '../../../kinds/derived.ts'
import type { Resource } from '../../../kinds/resource.ts'
import type { RuleId } from '../catalogue/list.ts'
import { ruleEntry } from '../catalogue/list.ts'
import { type Found, type RuleEntry, severityRank } from '../rule.ts'

/** Findings with the same namespaces share one array. */
export type Namespaces = readonly string[]

/** The proxies that a finding affects. */
export interface Where {
  readonly condition: string
  readonly namespaces: Namespaces
}

/** One finding and its namespaces. */
export interface Collected {
  readonly rule: RuleId
  readonly found: Found
  /** By condition of the proxies; empty for rules about the mesh. */
  readonly namespaces: ReadonlyMap<string, readonly Namespaces[]>
}

interface Collecting extends Collected {
  found: Found
  readonly namespaces: Map<string, Namespaces[]>
}

/** The worse of two equal findings: the same problem may cost one proxy more than another. */
function worse(rule: RuleId, a: Found, b: Found): Found {
  const entry: RuleEntry = ruleEntry(rule)
  const rankOf = ({ severity }: Found): number => severityRank(severity ?? entry.severity)
  return rankOf(b) < rankOf(a) ? b : a
}

/** What makes two findings about one object the same. */
export const keyOfFinding = (rule: RuleId, { location, message }: Found): string =>
  JSON.stringify([rule, location.path, message])

export class FindingCollector {
  readonly #byResource = new Map<Resource, Map<string, Collecting>>()

  /**
   * @param where undefined for rules about the mesh
   * @param key that of the finding, if known
   */
  add(rule: RuleId, given: Found, where?: Where, key = keyOfFinding(rule, given)): void {
    // Users know the objects that they wrote, and their annotations ignore findings.
    const found =
      given.resource.madeOf === given.resource
        ? given
        : { ...given, resource: writerAt(given.resource, given.location) }
    const known = this.#byResource.get(found.resource) ?? new Map<string, Collecting>()
    this.#byResource.set(found.resource, known)
    const collected = known.get(key) ?? { rule, found, namespaces: new Map() }
    known.set(key, collected)
    if (collected.found.severity !== found.severity) collected.found = worse(rule, collected.found, found)
    if (where) append(collected.namespaces, where.condition, where.namespaces)
  }

  *[Symbol.iterator](): Iterator<Collected> {
    for (const byKey of this.#byResource.values()) yield* byKey.values()
  }
}

/** The namespaces of several groups, sorted; a single group's array is kept. */
export function union(groups: readonly Namespaces[]): Namespaces {
  const [only] = groups
  if (only && groups.length === 1) return only
  return [...new Set(groups.flat())].sort(compareBytes)
}
