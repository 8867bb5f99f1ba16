/** Listeners as istioctl prints them (writer/envoy/configdump/listener.go). */
import { BLACK_HOLE_CLUSTER } from '../../../common/names.ts'
import { NETWORK } from '../../../envoy/filters/write/constants.ts'
import type { Filter, PipeAddress, SocketAddress } from '../../../envoy/json.ts'
import {
  chainsOf,
  type EnvoyListener,
  type FilterChain,
  type FilterChainMatch,
  filtersOf,
} from '../../../envoy/listeners/index.ts'
import { describeInlineRoutes, type HttpConnectionManager } from '../routes/words.ts'

export type ListenerType = 'HTTP' | 'TCP' | 'HTTP+TCP' | 'UNKNOWN'

const isHttp = ({ name }: Filter): boolean => name === NETWORK.httpConnectionManager.name
const isTcp = ({ name }: Filter): boolean => name === NETWORK.tcpProxy.name

/** istioctl searches for the name anywhere in the filter. */
const leadsNowhere = (filter: Filter): boolean => JSON.stringify(filter).includes(BLACK_HOLE_CLUSTER)

/** TCP filters that drop everything are ignored. */
export function listenerType(listener: EnvoyListener): ListenerType {
  const filters = chainsOf(listener).flatMap(filtersOf)
  const tcp = filters.some((filter) => isTcp(filter) && !leadsNowhere(filter))
  if (filters.some(isHttp)) return tcp ? 'HTTP+TCP' : 'HTTP'
  return tcp ? 'TCP' : 'UNKNOWN'
}

/** An EnvoyFilter can make any part of an address absent. */
interface AnyAddress {
  readonly socketAddress: Partial<SocketAddress['socketAddress']>
  readonly pipe: Partial<PipeAddress['pipe']>
}

const socketOf = (address: Partial<AnyAddress> = {}) => address.socketAddress

/** An address without its port, or the path of a pipe. */
export function hostOf(address: Partial<AnyAddress> = {}): string {
  return address.socketAddress?.address ?? address.pipe?.path ?? ''
}

/** 0 for a pipe. */
export function listenerPort({ address }: EnvoyListener): number {
  return socketOf(address)?.portValue ?? 0
}

/** The main address first. */
export function listenerAddresses({ address, additionalAddresses = [] }: EnvoyListener): readonly string[] {
  const others = additionalAddresses.map((other) => socketOf(other.address)?.address ?? '')
  return [hostOf(address), ...others]
}

/** Abbreviations of ALPN protocols in istioctl. */
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

function httpDestination({ typedConfig }: Filter): string {
  const { routeConfig, rds } = (typedConfig ?? {}) as HttpConnectionManager
  if (routeConfig) return describeInlineRoutes(routeConfig)
  return rds?.routeConfigName ? `Route: ${rds.routeConfigName}` : 'HTTP'
}

function tcpDestination({ typedConfig }: Filter): string {
  const cluster = typedConfig?.cluster
  const name = typeof cluster === 'string' ? cluster : ''
  return name.includes('Cluster') ? name : `Cluster: ${name}`
}

/** The destination of a filter chain: a cluster, a route configuration, or inline routes. */
export function describeDestination(chain: FilterChain): string {
  const deciding = filtersOf(chain).find((filter) => isHttp(filter) || (isTcp(filter) && !leadsNowhere(filter)))
  if (!deciding) return 'Non-HTTP/Non-TCP'
  return isHttp(deciding) ? httpDestination(deciding) : tcpDestination(deciding)
}
