/** The route configurations that listeners refer to by name (RDS). */
import { NETWORK } from '../../filters/write/constants.ts'
import type { ExplainedListener } from './explained.ts'
import { chainsOf, type FilterChain, filtersOf } from './resource.ts'

function routeNameOf(chain: FilterChain): string | undefined {
  const last = filtersOf(chain).at(-1)
  if (last?.name !== NETWORK.httpConnectionManager.name) return undefined
  const rds = last.typedConfig?.rds as { readonly routeConfigName: string } | undefined
  return rds?.routeConfigName
}

/** All route configurations that the listeners refer to by name, in order, with repeats. */
export function routeNamesOf(listeners: readonly ExplainedListener[]): string[] {
  return listeners.flatMap(routeNamesOfListener)
}

/** The same for one listener. */
export function routeNamesOfListener({ resource }: ExplainedListener): string[] {
  return chainsOf(resource).flatMap((chain) => routeNameOf(chain) ?? [])
}
