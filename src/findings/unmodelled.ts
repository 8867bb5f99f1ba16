/** Messages about objects that istiod reads and vipctl does not, as far as they can change the answer at hand. */
import { groupBy } from '../common/collections.ts'
import { type Reads, type UnmodelledKind, unmodelledKind, usualApiVersion } from '../kinds/index.ts'
import { isReadFor } from '../kinds/lookup.ts'
import { describeResource, type Resource } from '../kinds/resource.ts'
import { fileAndLine } from '../resources/problems.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { SourceProblem } from '../sources/document.ts'

/** More objects than these are counted by kind. */
const MOST_ALONE = 3

/** The name of several objects of a kind. */
function pluralOf(kind: string): string {
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`
  return /(?:s|x|ch)$/.test(kind) ? `${kind}es` : `${kind}s`
}

/** `14 AuthorizationPolicies`; with the API group if a modelled kind has the same name. */
function countText({ kind, group }: UnmodelledKind, count: number): string {
  const api = usualApiVersion(kind) === undefined ? '' : ` of ${group}`
  return `${count} ${count === 1 ? kind : pluralOf(kind)}${api}`
}

function alone({ resource, entry }: Found): SourceProblem {
  const place = fileAndLine(resource.location)
  return { severity: 'warning', message: `not modelled: ${describeResource(resource)} (${place}): ${entry.differs}` }
}

interface Found {
  readonly resource: Resource
  readonly entry: UnmodelledKind
}

/**
 * One warning for each object if there are few, otherwise one for all of them.
 * @param reads what the answer depends on
 * @param verbose lists all objects
 */
export function unmodelledProblems({ unmodelled }: Snapshot, reads: Reads, verbose: boolean): readonly SourceProblem[] {
  const found = unmodelled.flatMap((resource): Found[] => {
    const entry = unmodelledKind(resource.apiVersion, resource.kind)
    return entry && isReadFor(reads, entry) ? [{ resource, entry }] : []
  })
  if (verbose || found.length <= MOST_ALONE) return found.map(alone)
  const counts = [...groupBy(found, ({ entry }) => entry)].map(([entry, { length }]) => countText(entry, length))
  return [{ severity: 'warning', message: `not modelled: ${counts.join(', ')} (--verbose lists them)` }]
}
