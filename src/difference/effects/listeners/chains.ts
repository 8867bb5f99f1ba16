/** Filter chains of one side of a listener, by their conditions. */
import type { Origin } from '../../../envoy/explained.ts'
import type { ExplainedListener } from '../../../envoy/listeners/index.ts'
import type { FilterChain, Listener, NetworkFilterConfig } from '../../../simulation/resources.ts'
import { matchText } from '../../../simulation/steps/words.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { received } from '../words/values.ts'

export interface Chain {
  readonly resource: FilterChain
  readonly origins: readonly Origin[]
  /** What the listener does with connections that no other chain takes. */
  readonly isDefault: boolean
}

export interface ListenerSide {
  readonly resource: Listener
  readonly origins: readonly Origin[]
  /** In order, by their conditions. */
  readonly chains: ReadonlyMap<string, Chain>
}

const identityOf = ({ filterChainMatch = {}, name = '' }: FilterChain): string =>
  JSON.stringify([filterChainMatch, name])

export function listenerSide(explained: ExplainedListener | undefined): ListenerSide | undefined {
  if (!explained) return undefined
  const resource = received<Listener>(explained.resource)
  const { filterChains = [], defaultFilterChain } = resource
  const chains = new Map<string, Chain>()
  const counts = new Map<string, number>()
  for (const [index, chain] of filterChains.entries()) {
    const identity = identityOf(chain)
    const count = counts.get(identity) ?? 0
    counts.set(identity, count + 1)
    chains.set(`${count} ${identity}`, { resource: chain, origins: explained.chains[index] ?? [], isDefault: false })
  }
  if (defaultFilterChain) {
    const origins = explained.chains[filterChains.length] ?? []
    chains.set('default', { resource: defaultFilterChain, origins, isDefault: true })
  }
  return { resource, origins: explained.origins, chains }
}

/** The settings of the filter that decides what becomes of connections. */
function terminalOf({ filters = [] }: FilterChain): NetworkFilterConfig {
  return filters.at(-1)?.typedConfig ?? {}
}

/** Whether requests are routed one by one. */
export function isHttp(chain: FilterChain): boolean {
  const { rds, routeConfig } = terminalOf(chain)
  return rds !== undefined || routeConfig !== undefined
}

/** The clusters to which TCP goes, with their share in percent; empty for HTTP. */
export function sharesOfChain(chain: FilterChain): ReadonlyMap<string, number> {
  const { cluster, weightedClusters } = terminalOf(chain)
  if (cluster !== undefined) return new Map([[cluster, 100]])
  const clusters = weightedClusters?.clusters ?? []
  const total = clusters.reduce((sum, { weight = 0 }) => sum + weight, 0)
  return new Map(clusters.map(({ name, weight = 0 }) => [name, total === 0 ? 0 : (weight / total) * 100]))
}

/** `connections with server name a.example.com`, `all other connections`. */
export function connectionsText({ resource, isDefault }: Chain): string {
  const conditions = matchText(resource.filterChainMatch)
  if (isDefault || conditions === '') return 'all other connections'
  return `connections with ${conditions}`
}

/** Filters by name, because their positions shift when one is added; names that repeat are numbered. */
function filtersByName(chain: FilterChain): JsonValue {
  const counts = new Map<string, number>()
  const entries = (chain.filters ?? []).map(({ name, ...filter }): [string, JsonValue] => {
    const short = name.split('.').at(-1) ?? name
    const count = (counts.get(short) ?? 0) + 1
    counts.set(short, count)
    const { typedConfig, ...rest } = filter as { typedConfig?: JsonValue }
    const inner = typedConfig ?? null
    const value = Object.keys(rest).length > 0 ? { ...rest, typedConfig: inner } : inner
    return [count === 1 ? short : `${short} #${count}`, value as JsonValue]
  })
  return Object.fromEntries(entries)
}

/** A chain as fields for a comparison by path: without its conditions, and with filters by name. */
export function comparableChain(chain: FilterChain): JsonValue {
  const { filterChainMatch: _m, name: _n, filters: _f, ...rest } = chain
  const order = (chain.filters ?? []).map(({ name }) => name).join(' ')
  return { ...(filtersByName(chain) as object), ...(rest as object), 'order of filters': order } as unknown as JsonValue
}
