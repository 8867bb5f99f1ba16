import { isMerge } from '../../../../envoy/patches/write/merges.ts'
import type { EnvoyConfigObjectPatch } from '../../../../kinds/messages/envoy-filter.ts'
import { patchValueOf } from '../../../../kinds/patch-value.ts'
import type { Found, MeshRule } from '../../rule.ts'

/** Fields whose messages istiod shares, by what is patched. */
const SHARED_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['LISTENER', ['bindToPort', 'useOriginalDst']],
  ['ROUTE_CONFIGURATION', ['validateClusters', 'maxDirectResponseBodySizeBytes']],
])

/** Network filters that istiod shares. */
const SHARED_FILTERS: readonly string[] = ['istio.metadata_exchange', 'istio.stats']

/** What a patch changes for every proxy; undefined for nothing. */
function sharedPart(written: EnvoyConfigObjectPatch): string | undefined {
  const { applyTo, match, patch } = written
  if (!patch || !isMerge(patch) || match?.context === 'WAYPOINT') return undefined
  if (applyTo === 'NETWORK_FILTER') {
    const name = match?.listener?.filterChain?.filter?.name ?? ''
    return SHARED_FILTERS.includes(name) ? `the filter ${name}` : undefined
  }
  const { message = {} } = patchValueOf(written)
  return SHARED_FIELDS.get(applyTo)?.find((field) => Object.hasOwn(message, field))
}

export const patchChangesEveryProxy: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const filter of registry.snapshot.istio.envoyFilters) {
      for (const [index, written] of filter.spec.configPatches.entries()) {
        const part = sharedPart(written)
        if (part === undefined) continue
        yield {
          message: `patch ${index + 1} merges into ${part}, which istiod shares: every proxy gets the change until istiod restarts`,
          resource: filter,
          location: filter.location.child('spec', 'configPatches', index, 'patch', 'value'),
        }
      }
    }
  },
}
