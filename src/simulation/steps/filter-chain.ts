/** Which filter chain of a listener takes a connection: Envoy narrows them down by one respect after the other. */
import ipaddr from 'ipaddr.js'
import type { FilterChain, FilterChainMatch, Listener, PrefixRange } from '../resources.ts'
import type { Inspected } from './inspection.ts'

/** How well a chain fits in one respect: undefined when it does not, 0 when it does not ask, more when more exactly. */
type Measure = (match: FilterChainMatch, seen: Inspected) => number | undefined

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

function rangeFit(ranges: readonly PrefixRange[] | undefined, address: string | undefined): number | undefined {
  if (ranges === undefined || ranges.length === 0) return 0
  return best(ranges.map(({ addressPrefix, prefixLen = 0 }) => prefixFit(address, addressPrefix, prefixLen)))
}

const isEmpty = (list: readonly unknown[] | undefined): boolean => list === undefined || list.length === 0

/** The respects in which chains are compared, the first one deciding before the next. */
const MEASURES: readonly Measure[] = [
  ({ destinationPort }, { port }) => {
    if (destinationPort === undefined) return 0
    return destinationPort === port ? 1 : undefined
  },
  ({ prefixRanges }, { address }) => rangeFit(prefixRanges, address),
  ({ serverNames = [] }, { sni }) => (isEmpty(serverNames) ? 0 : best(serverNames.map((name) => nameFit(sni, name)))),
  (match, seen) => {
    if (match.transportProtocol === undefined) return 0
    return match.transportProtocol === seen.transportProtocol ? 1 : undefined
  },
  ({ applicationProtocols = [] }, seen) => {
    if (isEmpty(applicationProtocols)) return 0
    const index = seen.applicationProtocols.findIndex((protocol) => applicationProtocols.includes(protocol))
    return index < 0 ? undefined : seen.applicationProtocols.length - index
  },
  ({ sourcePrefixRanges }, { source }) => rangeFit(sourcePrefixRanges, source),
]

/** Those that fit best in one respect. Envoy does not return to the others later. */
function narrow(chains: readonly FilterChain[], measure: Measure, seen: Inspected): readonly FilterChain[] {
  const fits = chains.map((chain) => measure(chain.filterChainMatch ?? {}, seen))
  const top = best(fits)
  return top === undefined ? [] : chains.filter((_, index) => fits[index] === top)
}

/** @returns undefined if no chain fits and the listener has no default chain: Envoy closes the connection */
export function filterChainOf(listener: Listener, seen: Inspected): FilterChain | undefined {
  let chains = listener.filterChains ?? []
  for (const measure of MEASURES) chains = narrow(chains, measure, seen)
  return chains[0] ?? listener.defaultFilterChain
}

/** The position of a chain among the listener's, the default one last. */
export function chainIndex({ filterChains = [] }: Listener, chain: FilterChain): number {
  const index = filterChains.indexOf(chain)
  return index < 0 ? filterChains.length : index
}
