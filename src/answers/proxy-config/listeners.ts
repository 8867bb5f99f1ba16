/** `proxy-config listeners`: which listeners, in which order, as which cells (istioctl writer/envoy/configdump/listener.go). */

import { compareBytes } from '../../common/bytes.ts'
import { BLACK_HOLE_CLUSTER } from '../../common/names.ts'
import { NETWORK } from '../../envoy/filters/write/constants.ts'
import type { Address, Extension } from '../../envoy/json.ts'
import type { EnvoyListener, FilterChain, FilterChainMatch, ListenerFact } from '../../envoy/listeners/index.ts'
import { goSorted } from './go-sort.ts'
import { describeInlineRoutes, type HttpConnectionManager } from './route-text.ts'
import { equalFold, LISTENER_PADDING, type Row, type Table } from './table.ts'

export interface ListenerFilter {
  /** One of the listener's addresses, without the port; '' or undefined for all. */
  readonly address?: string | undefined
  /** 0 or undefined for all. */
  readonly port?: number | undefined
  readonly type?: string | undefined
}

export interface ListenerColumns {
  /** Filter chains instead of the listener's type. */
  readonly verbose: boolean
  /** The first column is `listener/NAME`. */
  readonly named?: boolean
}

export type ListenerType = 'HTTP' | 'TCP' | 'HTTP+TCP' | 'UNKNOWN'

/** All filter chains; the default one is last. */
export function chainsOf(listener: EnvoyListener): readonly FilterChain[] {
  const { filterChains, defaultFilterChain } = listener
  return defaultFilterChain ? [...filterChains, defaultFilterChain] : filterChains
}

const isHttp = ({ name }: Extension): boolean => name === NETWORK.httpConnectionManager.name
const isTcp = ({ name }: Extension): boolean => name === NETWORK.tcpProxy.name

/** istioctl looks for the name anywhere in the filter. */
const leadsNowhere = ({ typedConfig }: Extension): boolean => JSON.stringify(typedConfig).includes(BLACK_HOLE_CLUSTER)

/** TCP filters that drop everything do not count. */
export function listenerType(listener: EnvoyListener): ListenerType {
  const filters = chainsOf(listener).flatMap((chain) => chain.filters)
  const tcp = filters.some((filter) => isTcp(filter) && !leadsNowhere(filter))
  if (filters.some(isHttp)) return tcp ? 'HTTP+TCP' : 'HTTP'
  return tcp ? 'TCP' : 'UNKNOWN'
}

function hostOf(address: Address): string {
  return 'socketAddress' in address ? address.socketAddress.address : address.pipe.path
}

/** 0 for a pipe. */
export function listenerPort({ address }: EnvoyListener): number {
  return 'socketAddress' in address ? address.socketAddress.portValue : 0
}

/** The main address first. */
export function listenerAddresses({ address, additionalAddresses = [] }: EnvoyListener): readonly string[] {
  const others = additionalAddresses.map((other) =>
    'socketAddress' in other.address ? other.address.socketAddress.address : '',
  )
  return [hostOf(address), ...others]
}

export function matchesListener(listener: EnvoyListener, { address, port, type }: ListenerFilter): boolean {
  if (address && !listenerAddresses(listener).some((own) => equalFold(own, address))) return false
  if (port && listenerPort(listener) !== port) return false
  return !type || equalFold(listenerType(listener), type)
}

/** What clients say by ALPN, as istioctl abbreviates it. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'HTTP TLS': ['http/1.0', 'http/1.1', 'h2c', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'],
    'Istio HTTP Plain': ['istio', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'],
    'TCP TLS': ['istio-peer-exchange', 'istio'],
    HTTP: ['http/1.0', 'http/1.1', 'h2c'],
  }).map(([name, protocols]) => [protocols.join(), name]),
)

/** `Trans: tls; App: HTTP TLS; Addr: 10.0.0.1/32:3306`; `ALL` for a chain without conditions. */
export function describeChainMatch(match: FilterChainMatch = {}): string {
  const { serverNames = [], transportProtocol, applicationProtocols = [], destinationPort, prefixRanges = [] } = match
  const parts: string[] = []
  if (serverNames.length > 0) parts.push(`SNI: ${serverNames.join()}`)
  if (transportProtocol) parts.push(`Trans: ${transportProtocol}`)
  if (applicationProtocols.length > 0) {
    const protocols = applicationProtocols.join()
    parts.push(`App: ${PROTOCOLS.get(protocols) ?? protocols}`)
  }
  const ranges = prefixRanges.map(({ addressPrefix, prefixLen }) => `${addressPrefix}/${prefixLen ?? 0}`)
  const port = destinationPort === undefined ? '' : `:${destinationPort}`
  if (ranges.length > 0 || port !== '') parts.push(`Addr: ${ranges.join() || '*'}${port}`)
  return parts.join('; ') || 'ALL'
}

function httpDestination({ typedConfig }: Extension): string {
  const { routeConfig, rds } = typedConfig as HttpConnectionManager
  if (routeConfig) return describeInlineRoutes(routeConfig)
  return rds?.routeConfigName ? `Route: ${rds.routeConfigName}` : 'HTTP'
}

function tcpDestination({ typedConfig }: Extension): string {
  const { cluster } = typedConfig
  const name = typeof cluster === 'string' ? cluster : ''
  return name.includes('Cluster') ? name : `Cluster: ${name}`
}

/** Where a filter chain leads: a cluster, a route configuration, routes of its own. */
export function describeDestination({ filters }: FilterChain): string {
  const deciding = filters.find((filter) => isHttp(filter) || (isTcp(filter) && !leadsNowhere(filter)))
  if (!deciding) return 'Non-HTTP/Non-TCP'
  return isHttp(deciding) ? httpDestination(deciding) : tcpDestination(deciding)
}

interface Sortable {
  readonly fact: ListenerFact
  readonly port: number
  readonly address: string
  readonly type: ListenerType
}

function comesBefore(a: Sortable, b: Sortable): boolean {
  if (a.port !== b.port) return a.port < b.port
  return (compareBytes(a.address, b.address) || compareBytes(a.type, b.type)) < 0
}

function chainRows(fact: ListenerFact, start: readonly string[]): Row[] {
  const chains = chainsOf(fact.resource).map((chain, index) => ({
    match: describeChainMatch(chain.filterChainMatch),
    destination: describeDestination(chain),
    origins: () => fact.chains[index] ?? fact.origins,
  }))
  // Backwards, as istioctl does.
  const sorted = goSorted(chains, (a, b) => compareBytes(a.destination, b.destination) > 0)
  return sorted.map(({ match, destination, origins }) => ({ cells: [...start, match, destination], origins }))
}

function listenerRows({ fact, port, type }: Sortable, { verbose, named }: ListenerColumns): Row[] {
  const addresses = listenerAddresses(fact.resource).join()
  const start = [...(named ? [`listener/${fact.resource.name}`] : []), addresses, String(port)]
  return verbose ? chainRows(fact, start) : [{ cells: [...start, type], origins: () => fact.origins }]
}

/** @param listeners those that passed the filter, in the order of Envoy's dump */
export function listenerTable(listeners: readonly ListenerFact[], columns: ListenerColumns): Table {
  const sortable = listeners.map((fact) => ({
    fact,
    port: listenerPort(fact.resource),
    address: hostOf(fact.resource.address),
    type: listenerType(fact.resource),
  }))
  return {
    header: [
      ...(columns.named ? ['NAME'] : []),
      'ADDRESSES',
      'PORT',
      ...(columns.verbose ? ['MATCH', 'DESTINATION'] : ['TYPE']),
    ],
    rows: goSorted(sortable, comesBefore).flatMap((item) => listenerRows(item, columns)),
    padding: LISTENER_PADDING,
  }
}
