/** The route configurations that listeners ask for by name (RDS). */
import { NETWORK } from '../../filters/write/constants.ts'
import type { ListenerFact } from './fact.ts'
import type { FilterChain } from './resource.ts'

function routeNameOf(chain: FilterChain): string | undefined {
  const last = chain.filters.at(-1)
  if (last?.name !== NETWORK.httpConnectionManager.name) return undefined
  const rds = last.typedConfig.rds as { readonly routeConfigName: string } | undefined
  return rds?.routeConfigName
}

/** Every route configuration that the listeners ask for by name, in order and as often as they ask. */
export function routeNamesOf(listeners: readonly ListenerFact[]): string[] {
  return listeners.flatMap(routeNamesOfListener)
}

/** Those of one listener. */
export function routeNamesOfListener({ resource }: ListenerFact): string[] {
  const { filterChains, defaultFilterChain } = resource
  const chains = defaultFilterChain ? [...filterChains, defaultFilterChain] : filterChains
  return chains.map(routeNameOf).filter((name) => name !== undefined)
}
