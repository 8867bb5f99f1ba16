/** The route configurations that listeners refer to by name (RDS). */
import { NETWORK } from '../../filters/write/constants.ts'
import type { ExplainedListener } from './explained.ts'
import { chainsOf, type FilterChain, filtersOf } from './resource.ts'

/** Patches may add filters behind a connection manager, or a second one. */
function routeNamesOfChain(chain: FilterChain): string[] {
  return filtersOf(chain).flatMap(({ name, typedConfig }) => {
    if (name !== NETWORK.httpConnectionManager.name) return []
    const rds = typedConfig?.rds as { readonly routeConfigName: string } | undefined
    return rds ? [rds.routeConfigName] : []
  })
}

/** All route configurations that the listeners refer to by name, in order, with repeats. */
export function routeNamesOf(listeners: readonly ExplainedListener[]): string[] {
  return listeners.flatMap(routeNamesOfListener)
}

/** The same for one listener. */
export function routeNamesOfListener({ resource }: ExplainedListener): string[] {
  return chainsOf(resource).flatMap(routeNamesOfChain)
}
