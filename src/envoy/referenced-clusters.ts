/** The clusters to which Envoy's listeners and routes lead. */

/** Adds the names of the clusters of `weightedClusters` (routes and TCP proxies). */
function addWeighted(value: unknown, names: Set<string>): void {
  const clusters = (value as { readonly clusters?: readonly { readonly name?: unknown }[] }).clusters ?? []
  for (const { name } of clusters) if (typeof name === 'string') names.add(name)
}

/**
 * Every cluster that a resource refers to: by TCP proxies, routes, weighted clusters or mirrors. In Envoy's API a
 * reference to a cluster is a field `cluster`, or a `name` in `weightedClusters`.
 * @param resources listeners and route configurations as Envoy receives them
 */
export function referencedClusters(resources: Iterable<object>): ReadonlySet<string> {
  const names = new Set<string>()
  // Many resources share settings, so each object is read once.
  const seen = new Set<object>()
  const pending: unknown[] = [...resources]
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [key, item] of Object.entries(value)) {
      if (key === 'cluster' && typeof item === 'string') names.add(item)
      else if (typeof item === 'object' && item !== null) {
        if (key === 'weightedClusters') addWeighted(item, names)
        pending.push(item)
      }
    }
  }
  return names
}
