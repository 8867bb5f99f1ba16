/** Filter chains of one side of a listener, by their conditions. */
import type { Origin } from '../../../envoy/explained.ts'
import type { ExplainedListener } from '../../../envoy/listeners/index.ts'
import type { FilterChain, Listener, NetworkFilterConfig } from '../../../simulation/resources.ts'
import { matchText } from '../../../simulation/steps/words.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { type Shares, sharesOf } from '../words/shares.ts'
import { leafTexts, received } from '../words/values.ts'

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

/** The name of the route configuration of HTTP. */
export const routesOfChain = (chain: FilterChain): string | undefined => terminalOf(chain).rds?.routeConfigName

/** The clusters to which TCP goes, with their share in percent; empty for HTTP. */
export function sharesOfChain(chain: FilterChain): Shares {
  const { cluster, weightedClusters } = terminalOf(chain)
  return sharesOf(cluster, weightedClusters?.clusters)
}

/** `connections with server name a.example.com`, `all other connections`. */
export function connectionsText({ resource, isDefault }: Chain): string {
  const conditions = matchText(resource.filterChainMatch)
  if (isDefault || conditions === '') return 'all other connections'
  return `connections with ${conditions}`
}

type Loose = { [field: string]: JsonValue }

/** Filters by name, because their positions shift when one is added; names that repeat are numbered. */
function filtersByName(filters: readonly object[]): Loose {
  const counts = new Map<string, number>()
  const entries = filters.map((filter): [string, JsonValue] => {
    const { name, typedConfig = null, ...rest } = filter as { name: string; typedConfig?: JsonValue }
    const short = name.split('.').at(-1) ?? name
    const count = (counts.get(short) ?? 0) + 1
    counts.set(short, count)
    const value = Object.keys(rest).length > 0 ? { ...rest, typedConfig } : typedConfig
    return [count === 1 ? short : `${short} #${count}`, value]
  })
  return Object.fromEntries(entries)
}

const namesOf = (filters: readonly { readonly name: string }[]): readonly string[] => filters.map(({ name }) => name)

/** Whether two lists have the same filters in another order. */
function isReordered(was: readonly { readonly name: string }[], is: readonly { readonly name: string }[]): boolean {
  const [before, after] = [namesOf(was), namesOf(is)]
  return before.join() !== after.join() && [...before].sort().join() === [...after].sort().join()
}

/** Settings of one filter that most filters have. */
const FILTER = /^(http_connection_manager|tcp_proxy)\./

const WORDS: ReadonlyMap<string, string> = new Map([
  ['accessLog is new', 'access is logged'],
  ['accessLog is removed', 'access is no longer logged'],
  ['tls_inspector is new', 'TLS is detected'],
  ['tls_inspector is removed', 'TLS is no longer detected'],
  ['http_inspector is new', 'HTTP is detected'],
  ['http_inspector is removed', 'HTTP is no longer detected'],
])

/** What follows from the chains of a listener. */
export const isDetection = (text: string): boolean => DETECTION.test(text)

const DETECTION = /^(tls|http)_inspector\b|^(TLS|HTTP) is (no longer )?detected$/

function plainText(text: string): string {
  const plain = text.replace(FILTER, '')
  return WORDS.get(plain) ?? plain
}

const REORDERED = 'its filters are in another order'

/** Everything in which two chains differ, besides their conditions and TLS. */
export function chainTexts(was: FilterChain, is: FilterChain): readonly string[] {
  const comparable = (chain: FilterChain): JsonValue => {
    const { filterChainMatch: _m, filters = [], transportSocket: _t, ...rest } = chain
    return { ...filtersByName(filters), ...(rest as Loose) }
  }
  const texts = [...new Set(leafTexts(comparable(was), comparable(is)).map(plainText))]
  return isReordered(was.filters ?? [], is.filters ?? []) ? [...texts, REORDERED] : texts
}

/** Everything in which two listeners differ, besides their chains. */
export function listenerTexts(was: Listener, is: Listener): readonly string[] {
  const comparable = (listener: Listener): JsonValue => {
    const { filterChains: _c, defaultFilterChain: _d, listenerFilters = [], ...rest } = listener
    return { ...filtersByName(listenerFilters), ...(rest as unknown as Loose) }
  }
  const texts = [...new Set(leafTexts(comparable(was), comparable(is)).map(plainText))]
  return isReordered(was.listenerFilters ?? [], is.listenerFilters ?? []) ? [...texts, REORDERED] : texts
}
