import type { DerivedRegistry } from '../derivation/derived.ts'
import type { SidecarResource } from '../kinds/index.ts'
import { byCreationThenName } from '../kinds/resource.ts'
import { type DestinationRules, indexDestinationRules } from './destination-rules.ts'
import { indexVirtualServices, type VirtualServices } from './virtual-services.ts'
import { serviceVisibility, type Visibility } from './visibility.ts'

/** What the scopes of all proxies share; computed once. */
export interface ScopeContext {
  readonly registry: DerivedRegistry
  readonly visibility: Visibility
  readonly virtualServices: VirtualServices
  readonly destinationRules: DestinationRules
  /** By creation time, name and namespace; those with a workload selector first. */
  readonly sidecars: readonly SidecarResource[]
}

function sortSidecars(sidecars: readonly SidecarResource[]): SidecarResource[] {
  const sorted = [...sidecars].sort(byCreationThenName)
  return [
    ...sorted.filter((sidecar) => sidecar.spec.workloadSelector),
    ...sorted.filter((sidecar) => !sidecar.spec.workloadSelector),
  ]
}

export function buildScopeContext(registry: DerivedRegistry): ScopeContext {
  const { snapshot } = registry
  return {
    registry,
    visibility: serviceVisibility(registry),
    virtualServices: indexVirtualServices(registry),
    destinationRules: indexDestinationRules(registry),
    sidecars: sortSidecars(snapshot.istio.sidecars),
  }
}
