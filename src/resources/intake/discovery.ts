/** discoverySelectors: which namespaces istiod reads (pkg/kube/namespace/filter.go). */

import { append } from '../../common/collections.ts'
import type { Namespace } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { isValidSelector, selectorMatches } from '../label-selector.ts'
import type { LabelSelector } from '../mesh/mesh-config.ts'

/** Finds the selectors whose first label an object has, and those without labels: each namespace has few of many. */
function selectorFinder(
  selectors: readonly LabelSelector[],
): (labels: ReadonlyMap<string, string>) => readonly LabelSelector[] {
  const byLabel = new Map<string, LabelSelector[]>()
  const others: LabelSelector[] = []
  for (const selector of selectors) {
    const [first] = selector.matchLabels
    if (first) append(byLabel, JSON.stringify(first), selector)
    else others.push(selector)
  }
  return (labels) => [...others, ...[...labels].flatMap((label) => byLabel.get(JSON.stringify(label)) ?? [])]
}

/** The namespaces that match a selector; undefined for all. */
function selectedNamespaces(
  selectors: readonly LabelSelector[],
  namespaces: readonly Namespace[],
): ReadonlySet<string> | undefined {
  // istiod logs an invalid selector and continues without any.
  if (selectors.length === 0 || !selectors.every(isValidSelector)) return undefined
  const mayMatch = selectorFinder(selectors)
  const selected = new Set<string>()
  for (const { meta } of namespaces) {
    if (mayMatch(meta.labels).some((selector) => selectorMatches(selector, meta.labels))) selected.add(meta.name)
  }
  return selected
}

/** How many namespaces a message lists. */
const MOST_NAMED = 5

/**
 * The objects of one cluster that istiod sees. It does not see an object in a namespace that no selector matches, or
 * that has no Namespace object; it always sees cluster-scoped objects.
 */
export class DiscoveryFilter {
  readonly #selected: ReadonlySet<string> | undefined
  readonly #known: ReadonlySet<string>
  /** The number of excluded objects by namespace. */
  readonly #dropped = new Map<string, number>()

  /** @param selectors those of the config cluster's mesh configuration; @param namespaces those of the cluster */
  constructor(selectors: readonly LabelSelector[], namespaces: readonly Namespace[]) {
    this.#selected = selectedNamespaces(selectors, namespaces)
    this.#known = new Set(namespaces.map(({ meta }) => meta.name))
  }

  sees({ meta: { namespace } }: Resource): boolean {
    return namespace === '' || this.seesNamespace(namespace)
  }

  seesNamespace(namespace: string): boolean {
    return !this.#selected || this.#selected.has(namespace)
  }

  /** The objects that istiod sees; it counts the others. */
  keep<T extends Resource>(resources: readonly T[]): readonly T[] {
    if (!this.#selected) return resources
    return resources.filter((resource) => {
      if (this.sees(resource)) return true
      const { namespace } = resource.meta
      this.#dropped.set(namespace, (this.#dropped.get(namespace) ?? 0) + 1)
      return false
    })
  }

  /** Reports what was excluded. */
  problems(clusterId: string): SourceProblem[] {
    if (this.#dropped.size === 0) return []
    const names = [...this.#dropped.keys()]
    const count = [...this.#dropped.values()].reduce((sum, each) => sum + each, 0)
    const listed = names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ', ...' : '')
    const unknown = names.filter((name) => !this.#known.has(name))
    const objects = count === 1 ? 'one object' : `${count} objects`
    const message = `discoverySelectors leave out ${objects} of cluster ${clusterId}, in the namespaces ${listed}`
    if (unknown.length === 0) return [{ severity: 'note', message }]
    const hint = `the input has no Namespace object ${unknown[0]}, so its labels match no selector`
    return [{ severity: 'warning', message, hint }]
  }
}

/** Reports that istiod ignores all selectors when Kubernetes refuses one. */
export function selectorProblems(selectors: readonly LabelSelector[]): SourceProblem[] {
  const index = selectors.findIndex((selector) => !isValidSelector(selector))
  if (index < 0) return []
  const message = `discoverySelectors[${index}] is not a valid label selector: istiod continues without any selector`
  return [
    { severity: 'warning', message, hint: 'operators are In and NotIn with values, Exists and DoesNotExist without' },
  ]
}
