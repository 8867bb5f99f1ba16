/** Writes down outbound listeners (core/listener.go buildListenerFromEntry, core/listener_builder.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { BLACK_HOLE_CLUSTER } from '../../../common/names.ts'
import type { IpMode } from '../../../proxy/proxy.ts'
import { type Features, flag } from '../../../resources/mesh/features.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { LISTENER_FILTERS } from '../../filters/write/constants.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { bareTcpProxy, destinationFilters } from '../../filters/write/network.ts'
import { address, compact, durationText, type Extension } from '../../json.ts'
import { WILDCARDS } from '../plan/binding.ts'
import { type Chain, type ChainMatch, cidrRange, isMatchAll, writtenChains } from '../plan/chains.ts'
import type { ListenerEntry } from '../plan/merge.ts'
import { ruleOrigin, WHY } from '../plan/origins.ts'
import { additionalAddresses } from './additional-addresses.ts'
import { type CatchAll, VIRTUAL_OUTBOUND } from './catch-all.ts'
import type { ListenerFact } from './fact.ts'
import { configMetadata } from './metadata.ts'
import type { CidrRange, EnvoyListener, FilterChain, FilterChainMatch, ListenerFilter } from './resource.ts'

function prefixRanges(cidr: readonly string[]): CidrRange[] {
  const sorted = cidr.length > 1 ? [...cidr].sort(compareBytes) : cidr
  return sorted.map(cidrRange).filter((range) => range !== undefined)
}

function chainMatch(match: ChainMatch): FilterChainMatch {
  const { applicationProtocols, transportProtocol, sni } = match
  const ranges = prefixRanges(match.cidr)
  return {
    ...(applicationProtocols.length > 0 && { applicationProtocols }),
    ...(transportProtocol !== '' && { transportProtocol }),
    ...(sni.length > 0 && !sni.includes('*') && { serverNames: [...sni].sort(compareBytes) }),
    ...(ranges.length > 0 && { prefixRanges: ranges }),
  }
}

function chainFilters(chain: Chain, listenerName: string, settings: FilterSettings): readonly Extension[] {
  if (chain.kind === 'tcp') return destinationFilters(settings, 'outbound', chain.to)
  return [
    httpConnectionManager(settings, {
      traffic: 'outbound',
      statPrefix: `outbound_${listenerName};`,
      routes: { name: chain.routeName },
      protocol: chain.protocol,
      dynamicHost: chain.dynamicHost,
    }),
  ]
}

function filterChain(chain: Chain, listenerName: string, settings: FilterSettings): FilterChain {
  const virtualService = chain.kind === 'tcp' ? chain.virtualService : undefined
  const timeout = settings.transportSocketConnectTimeout
  return {
    ...(!isMatchAll(chain.match) && { filterChainMatch: chainMatch(chain.match) }),
    filters: chainFilters(chain, listenerName, settings),
    ...(timeout !== undefined && { transportSocketConnectTimeout: timeout }),
    ...(virtualService && {
      metadata: configMetadata('virtual-service', virtualService.namespace, virtualService.name),
    }),
  }
}

interface Inspectors {
  readonly tls: boolean
  readonly http: boolean
}

function inspectorsOf(chains: readonly Chain[], { inspectsTlsBesideHttp }: FilterSettings): Inspectors {
  const http = chains.some((chain) => chain.match.applicationProtocols.length > 0)
  const needsTls = chains.some(
    (chain) => chain.match.sni.length > 0 || (chain.kind === 'tcp' && chain.to.dynamicHost !== undefined),
  )
  return { tls: needsTls || (http && inspectsTlsBesideHttp), http }
}

const LISTENER_FILTER_LISTS = {
  none: undefined,
  tls: [LISTENER_FILTERS.tlsInspector],
  http: [LISTENER_FILTERS.httpInspector],
  both: [LISTENER_FILTERS.tlsInspector, LISTENER_FILTERS.httpInspector],
} as const

function listenerFilters({ tls, http }: Inspectors): readonly ListenerFilter[] | undefined {
  return LISTENER_FILTER_LISTS[tls ? (http ? 'both' : 'tls') : http ? 'http' : 'none']
}

interface WrittenChains {
  readonly filterChains: FilterChain[]
  readonly defaultFilterChain: FilterChain | undefined
  readonly origins: (readonly Origin[])[]
}

/** The chain that matches everything is the default one, unless it is the only one. */
function writeChains(entry: ListenerEntry, settings: FilterSettings, catchAll: CatchAll): WrittenChains {
  const { specific, matchAll } = writtenChains(entry.chains)
  const write = (chain: Chain) => filterChain(chain, entry.name, settings)
  const filterChains = specific.map(write)
  const origins: (readonly Origin[])[] = specific.map(({ origin }) => [origin])
  origins.push([matchAll?.origin ?? catchAll.origin])
  if (matchAll && specific.length === 0) {
    return { filterChains: [write(matchAll)], defaultFilterChain: undefined, origins }
  }
  const passthrough = { filterChainMatch: {}, name: 'PassthroughFilterChain', filters: catchAll.filters }
  return { filterChains, defaultFilterChain: matchAll ? write(matchAll) : passthrough, origins }
}

/** One outbound listener of a service port. */
export function outboundListener(entry: ListenerEntry, settings: FilterSettings, catchAll: CatchAll): ListenerFact {
  const { binds, bindToPort, port } = entry
  const inspectors = inspectorsOf(entry.chains, settings)
  const chains = writeChains(entry, settings, catchAll)
  const further = additionalAddresses(binds, port.number)
  const filters = listenerFilters(inspectors)
  const timeout = inspectors.http ? durationText(settings.mesh.protocolDetectionTimeout) : '0s'
  const maxConnections = settings.maxConnectionsOfBoundPorts
  // There may be very many of these: only fields that are set are written, so that nothing has to be dropped.
  const resource: EnvoyListener = {
    name: entry.name,
    address: address(binds[0] ?? '', port.number),
    trafficDirection: 'OUTBOUND',
    continueOnListenerFiltersTimeout: true,
    filterChains: chains.filterChains,
    ...(further && { additionalAddresses: further }),
    ...(!bindToPort && { bindToPort: false }),
    ...(bindToPort && maxConnections !== undefined && { maxConnectionsToAcceptPerSocketEvent: maxConnections }),
    ...(filters && { listenerFilters: filters }),
    ...(timeout !== undefined && { listenerFiltersTimeout: timeout }),
    ...(chains.defaultFilterChain && { defaultFilterChain: chains.defaultFilterChain }),
  }
  return { resource, origins: entry.origins, chains: chains.origins }
}

/** The addresses besides the first; a proxy of IPv6 alone may be told to take IPv4 too. */
function furtherWildcards(ipMode: IpMode, { dualStack, env }: Features): readonly string[] {
  const [, ...further] = WILDCARDS[ipMode]
  if (dualStack && further.length > 0) return further
  const alsoIpv4 = ipMode === 'IPv6' && flag(env, 'ISTIO_ENABLE_IPV4_OUTBOUND_LISTENER_FOR_IPV6_CLUSTERS', false)
  return alsoIpv4 ? WILDCARDS.IPv4 : []
}

const CATCH_ALL_CHAIN = 'virtualOutbound-catchall-tcp'

function unknownHostsChain(filters: readonly Extension[], { plaintextAlpn }: FilterSettings): FilterChain {
  return { name: `${CATCH_ALL_CHAIN}-http`, filterChainMatch: { applicationProtocols: plaintextAlpn }, filters }
}

/** The listener that all outbound connections reach first. */
export function virtualOutbound(view: ProxyView, settings: FilterSettings, catchAll: CatchAll): ListenerFact {
  const { ipMode, interceptionMode } = view.proxy
  const { mesh, features } = view.registry.snapshot
  const port = mesh.proxyListenPort
  const [wildcard] = WILDCARDS[ipMode]
  const { http } = catchAll
  const resource: EnvoyListener = compact({
    name: VIRTUAL_OUTBOUND,
    address: address(wildcard, port),
    additionalAddresses: additionalAddresses([wildcard, ...furtherWildcards(ipMode, features)], port),
    trafficDirection: 'OUTBOUND' as const,
    useOriginalDst: true,
    transparent: interceptionMode === 'TPROXY' || undefined,
    maxConnectionsToAcceptPerSocketEvent: settings.maxConnectionsPerSocketEvent,
    listenerFilters: http && LISTENER_FILTER_LISTS.http,
    filterChains: [
      {
        name: 'virtualOutbound-blackhole',
        filterChainMatch: { destinationPort: port },
        filters: [...settings.metrics.outbound, bareTcpProxy(BLACK_HOLE_CLUSTER)],
      },
      ...(http ? [unknownHostsChain(http.filters, settings)] : []),
      { name: CATCH_ALL_CHAIN, filters: catchAll.filters },
    ],
    accessLog: settings.listenerAccessLog,
  })
  return {
    resource,
    origins: [ruleOrigin('sidecar', WHY.virtualOutbound)],
    chains: [[ruleOrigin('sidecar', WHY.blackhole)], ...(http ? [[http.origin]] : []), [catchAll.origin]],
  }
}
