/** Which filter chain of a listener takes a connection: Envoy narrows them down by one respect after the other. */
import ipaddr from 'ipaddr.js'
import { append } from '../../common/collections.ts'
import { oncePer } from '../../common/once.ts'
import type { FilterChain, FilterChainMatch, Listener, PrefixRange } from '../resources.ts'
import type { Inspected } from './inspection.ts'

/** A respect in which chains are compared. */
interface Respect {
  asks(match: FilterChainMatch): boolean
  /** Of a chain that asks: undefined when it does not fit, otherwise more when it fits more exactly. */
  closeness(match: FilterChainMatch, seen: Inspected): number | undefined
}

const best = (fits: readonly (number | undefined)[]): number | undefined => {
  let top: number | undefined
  for (const fit of fits) if (fit !== undefined && (top === undefined || fit > top)) top = fit
  return top
}

function prefixFit(address: string | undefined, prefix: string, length: number): number | undefined {
  if (address === undefined) return length === 0 ? 1 : undefined
  const ip = ipaddr.parse(address)
  const range = ipaddr.parse(prefix)
  if (ip.kind() !== range.kind()) return undefined
  return ip.match(range, length) ? length + 1 : undefined
}

function nameFit(sni: string, name: string): number | undefined {
  if (name === '*') return 0
  if (!name.startsWith('*')) return sni === name.toLowerCase() ? Number.MAX_SAFE_INTEGER : undefined
  const suffix = name.slice(1).toLowerCase()
  return sni.length > suffix.length && sni.endsWith(suffix) ? name.length : undefined
}

function rangeFit(ranges: readonly PrefixRange[] = [], address: string | undefined): number | undefined {
  return best(ranges.map(({ addressPrefix, prefixLen = 0 }) => prefixFit(address, addressPrefix, prefixLen)))
}

const isFilled = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0

const SERVER_NAMES: Respect = {
  asks: ({ serverNames }) => isFilled(serverNames),
  closeness: ({ serverNames = [] }, { sni }) => best(serverNames.map((name) => nameFit(sni, name))),
}

/** In Envoy's order, the first one deciding before the next. */
const RESPECTS: readonly Respect[] = [
  {
    asks: ({ destinationPort }) => destinationPort !== undefined,
    closeness: ({ destinationPort }, { port }) => (destinationPort === port ? 1 : undefined),
  },
  {
    asks: ({ prefixRanges }) => isFilled(prefixRanges),
    closeness: ({ prefixRanges }, { address }) => rangeFit(prefixRanges, address),
  },
  SERVER_NAMES,
  {
    asks: (match) => match.transportProtocol !== undefined,
    closeness: (match, seen) => (match.transportProtocol === seen.transportProtocol ? 1 : undefined),
  },
  {
    asks: ({ applicationProtocols }) => isFilled(applicationProtocols),
    closeness: ({ applicationProtocols = [] }, seen) => {
      const index = seen.applicationProtocols.findIndex((protocol) => applicationProtocols.includes(protocol))
      return index < 0 ? undefined : seen.applicationProtocols.length - index
    },
  },
  {
    asks: ({ sourcePrefixRanges }) => isFilled(sourcePrefixRanges),
    closeness: ({ sourcePrefixRanges }, { source }) => rangeFit(sourcePrefixRanges, source),
  },
]

const matchOf = ({ filterChainMatch = {} }: FilterChain): FilterChainMatch => filterChainMatch

/** Those that fit best in one respect. Envoy does not return to the others later. */
function narrow(chains: readonly FilterChain[], { asks, closeness }: Respect, seen: Inspected): readonly FilterChain[] {
  const fits = chains.map(matchOf).map((match) => (asks(match) ? closeness(match, seen) : 0))
  const top = best(fits)
  return top === undefined ? [] : chains.filter((_, index) => fits[index] === top)
}

interface ChainIndex {
  /** The respects that some chain asks about. */
  readonly respects: readonly Respect[]
  /** By exact server name, in lower case. */
  readonly byName: ReadonlyMap<string, readonly FilterChain[]>
  /** The chains that may fit a name that no chain has exactly. */
  readonly withoutName: readonly FilterChain[]
}

/** A port of a large mesh can have thousands of chains that differ in their server names: too many to compare one by one. */
const indexOf = oncePer((chains: readonly FilterChain[]): ChainIndex => {
  const byName = new Map<string, FilterChain[]>()
  const withoutName: FilterChain[] = []
  for (const chain of chains) {
    const { serverNames = [] } = matchOf(chain)
    const exact = new Set(serverNames.filter((name) => !name.startsWith('*')).map((name) => name.toLowerCase()))
    for (const name of exact) append(byName, name, chain)
    if (serverNames.length === 0 || serverNames.some((name) => name.startsWith('*'))) withoutName.push(chain)
  }
  const respects = RESPECTS.filter(({ asks }) => chains.some((chain) => asks(matchOf(chain))))
  return { respects, byName, withoutName }
})

/** The chains that fit a connection equally well; Envoy rejects a listener that has several such chains. */
export function filterChainsOf({ filterChains = [] }: Listener, seen: Inspected): readonly FilterChain[] {
  const { respects, byName, withoutName } = indexOf(filterChains)
  let chains = filterChains
  for (const respect of respects) {
    const isIndexed = respect === SERVER_NAMES && chains === filterChains
    const named = isIndexed ? byName.get(seen.sni) : undefined
    chains = named ?? narrow(isIndexed ? withoutName : chains, respect, seen)
  }
  return chains
}

/** @returns undefined if no chain fits and the listener has no default chain: Envoy closes the connection */
export function filterChainOf(listener: Listener, seen: Inspected): FilterChain | undefined {
  const [first = listener.defaultFilterChain] = filterChainsOf(listener, seen)
  return first
}

/** The position of a chain among the listener's, the default one last. */
export function chainIndex({ filterChains = [] }: Listener, chain: FilterChain): number {
  const index = filterChains.indexOf(chain)
  return index < 0 ? filterChains.length : index
}
