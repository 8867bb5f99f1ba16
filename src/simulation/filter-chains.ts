/** Which listener gets a connection, and which of its filter chains: as Envoy 1.40 decides. */
import ipaddr from 'ipaddr.js'
import { UNSPECIFIED, UNSPECIFIED_IPV6 } from '../common/addresses.ts'
import { isIPv6 } from '../common/ip-syntax.ts'
import type { FilterChain, FilterChainMatch, Listener, SocketAddress } from './resources.ts'

/** A connection as its first packets show it. */
export interface Connection {
  readonly address: string
  readonly port: number
  readonly protocol: 'tcp' | 'http' | 'tls'
  readonly sni: string
  /** Application protocols that the client offers in TLS. */
  readonly alpn: readonly string[]
}

const HTTP_PROTOCOL = 'http/1.1'

function addressesOf(listener: Listener): readonly (SocketAddress | undefined)[] {
  return [listener.address, ...(listener.additionalAddresses ?? []).map(({ address }) => address)]
}

function listens(listener: Listener, hosts: readonly string[], port: number): boolean {
  return addressesOf(listener).some(
    (address) =>
      address?.socketAddress !== undefined &&
      hosts.includes(address.socketAddress.address) &&
      (address.socketAddress.portValue ?? 0) === port,
  )
}

/**
 * The listener of the address and port, else of all addresses and the port, else the one that takes what was
 * redirected. Without such a one nothing is redirected and only listeners with a socket of their own are reached.
 */
export function listenerOf(listeners: readonly Listener[], address: string, port: number): Listener | undefined {
  const fallback = listeners.find((listener) => listener.useOriginalDst)
  const reachable = fallback ? listeners : listeners.filter((listener) => listener.bindToPort !== false)
  const wildcards = isIPv6(address) ? [UNSPECIFIED_IPV6] : [UNSPECIFIED, UNSPECIFIED_IPV6]
  return (
    reachable.find((listener) => listens(listener, [address], port)) ??
    reachable.find((listener) => listens(listener, wildcards, port)) ??
    fallback
  )
}

/** What the listener's inspectors make of the first bytes. */
interface Inspected extends Connection {
  readonly transportProtocol: string
  readonly applicationProtocols: readonly string[]
}

function inspect(listener: Listener, connection: Connection): Inspected {
  const has = (inspector: string): boolean =>
    listener.listenerFilters?.some(({ name }) => name.endsWith(inspector)) ?? false
  const tls = connection.protocol === 'tls' && has('tls_inspector')
  const http = connection.protocol === 'http' && has('http_inspector')
  return {
    ...connection,
    sni: tls ? connection.sni.toLowerCase() : '',
    transportProtocol: tls ? 'tls' : 'raw_buffer',
    applicationProtocols: tls ? connection.alpn : http ? [HTTP_PROTOCOL] : [],
  }
}

/** How well a chain fits in one respect: undefined when it does not, 0 when it does not ask, more when more exactly. */
type Measure = (match: FilterChainMatch, seen: Inspected) => number | undefined

const best = (fits: readonly (number | undefined)[]): number | undefined => {
  const found = fits.filter((fit) => fit !== undefined)
  return found.length > 0 ? Math.max(...found) : undefined
}

function prefixFit(address: string, prefix: string, length: number): number | undefined {
  const ip = ipaddr.parse(address)
  const range = ipaddr.parse(prefix)
  if (ip.kind() !== range.kind()) return undefined
  return ip.match(range, length) ? length + 1 : undefined
}

function nameFit(sni: string, name: string): number | undefined {
  if (name === '*') return 0
  if (!name.startsWith('*')) return sni === name.toLowerCase() ? Number.MAX_SAFE_INTEGER : undefined
  return sni.endsWith(name.slice(1).toLowerCase()) ? name.length : undefined
}

const isEmpty = (list: readonly unknown[] | undefined): boolean => list === undefined || list.length === 0

/** The respects in which chains are compared, the first one deciding before the next. */
const MEASURES: readonly Measure[] = [
  ({ destinationPort }, { port }) => {
    if (destinationPort === undefined) return 0
    return destinationPort === port ? 1 : undefined
  },
  ({ prefixRanges = [] }, { address }) =>
    isEmpty(prefixRanges)
      ? 0
      : best(prefixRanges.map((range) => prefixFit(address, range.addressPrefix, range.prefixLen ?? 0))),
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
]

/** Those that fit best in one respect. There is no way back to the others. */
function narrow(chains: readonly FilterChain[], measure: Measure, seen: Inspected): readonly FilterChain[] {
  const fits = chains.map((chain) => measure(chain.filterChainMatch ?? {}, seen))
  const top = best(fits)
  return top === undefined ? [] : chains.filter((_, index) => fits[index] === top)
}

/** @returns undefined when no chain fits and there is no default one: the connection is closed */
export function filterChainOf(listener: Listener, connection: Connection): FilterChain | undefined {
  const seen = inspect(listener, connection)
  let chains = listener.filterChains ?? []
  for (const measure of MEASURES) chains = narrow(chains, measure, seen)
  return chains[0] ?? listener.defaultFilterChain
}
