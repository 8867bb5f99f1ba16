/** Writes down outbound listeners (core/listener.go buildListenerFromEntry, core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER } from '../../names.ts'
import { compareBytes } from '../../resources/resource.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Origin } from '../facts.ts'
import { LISTENER_FILTERS } from '../filters/constants.ts'
import { httpConnectionManager } from '../filters/http-connection-manager.ts'
import { bareTcpProxy, destinationFilters } from '../filters/network.ts'
import type { FilterSettings } from '../filters/settings.ts'
import { address, compact, durationText, type Extension } from '../json.ts'
import { WILDCARDS } from './binding.ts'
import type { CatchAll } from './catch-all.ts'
import { type Chain, type ChainMatch, cidrRange, isMatchAll } from './chains.ts'
import type { ListenerFact } from './fact.ts'
import type { ListenerEntry } from './merge.ts'
import { configMetadata } from './metadata.ts'
import { ruleOrigin, WHY } from './origins.ts'
import type {
  AdditionalAddress,
  CidrRange,
  EnvoyListener,
  FilterChain,
  FilterChainMatch,
  ListenerFilter,
} from './resource.ts'

/** Further addresses of a listener; undefined when there is none. */
export function additionalAddresses(binds: readonly string[], port: number): AdditionalAddress[] | undefined {
  const further = binds.slice(1).filter((bind) => bind !== '')
  return further.length > 0 ? further.map((bind) => ({ address: address(bind, port) })) : undefined
}

const NON_EMPTY = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)

function prefixRanges(cidr: readonly string[]): CidrRange[] {
  const sorted = cidr.length > 1 ? [...cidr].sort(compareBytes) : cidr
  return sorted.map(cidrRange).filter((range) => range !== undefined)
}

function chainMatch(match: ChainMatch): FilterChainMatch {
  return compact({
    applicationProtocols: NON_EMPTY(match.applicationProtocols),
    transportProtocol: match.transportProtocol || undefined,
    serverNames: match.sni.includes('*') ? undefined : NON_EMPTY([...match.sni].sort(compareBytes)),
    prefixRanges: NON_EMPTY(prefixRanges(match.cidr)),
  })
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
  return compact({
    filterChainMatch: isMatchAll(chain.match) ? undefined : chainMatch(chain.match),
    filters: chainFilters(chain, listenerName, settings),
    transportSocketConnectTimeout: settings.transportSocketConnectTimeout,
    metadata: virtualService && configMetadata('virtual-service', virtualService.namespace, virtualService.name),
  })
}

interface Inspectors {
  readonly tls: boolean
  readonly http: boolean
}

function inspectorsOf(chains: readonly Chain[]): Inspectors {
  return {
    tls: chains.some(
      (chain) => chain.match.sni.length > 0 || (chain.kind === 'tcp' && chain.to.dynamicHost !== undefined),
    ),
    http: chains.some((chain) => chain.match.applicationProtocols.length > 0),
  }
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
  const filterChains: FilterChain[] = []
  const origins: (readonly Origin[])[] = []
  let everything: { chain: FilterChain; origins: readonly Origin[] } | undefined
  for (const chain of entry.chains) {
    const written = filterChain(chain, entry.name, settings)
    if (isMatchAll(chain.match)) everything = { chain: written, origins: [chain.origin] }
    else {
      filterChains.push(written)
      origins.push([chain.origin])
    }
  }
  if (everything && filterChains.length === 0) {
    return { filterChains: [everything.chain], defaultFilterChain: undefined, origins: [everything.origins] }
  }
  origins.push(everything?.origins ?? [catchAll.origin])
  const passthrough = { filterChainMatch: {}, name: 'PassthroughFilterChain', filters: catchAll.filters }
  return { filterChains, defaultFilterChain: everything?.chain ?? passthrough, origins }
}

/** One outbound listener of a service port. */
export function outboundListener(entry: ListenerEntry, settings: FilterSettings, catchAll: CatchAll): ListenerFact {
  const { binds, bindToPort, port } = entry
  const inspectors = inspectorsOf(entry.chains)
  const chains = writeChains(entry, settings, catchAll)
  const resource: EnvoyListener = compact({
    name: entry.name,
    address: address(binds[0] ?? '', port.number),
    additionalAddresses: additionalAddresses(binds, port.number),
    trafficDirection: 'OUTBOUND' as const,
    continueOnListenerFiltersTimeout: true,
    bindToPort: bindToPort ? undefined : false,
    maxConnectionsToAcceptPerSocketEvent: bindToPort ? settings.maxConnectionsPerSocketEvent : undefined,
    listenerFilters: listenerFilters(inspectors),
    listenerFiltersTimeout: inspectors.http ? durationText(settings.mesh.protocolDetectionTimeout) : '0s',
    filterChains: chains.filterChains,
    defaultFilterChain: chains.defaultFilterChain,
  })
  return { resource, origins: entry.origins, chains: chains.origins }
}

/** The listener that all outbound connections reach first. */
export function virtualOutbound(view: ProxyView, settings: FilterSettings, catchAll: CatchAll): ListenerFact {
  const { ipMode, interceptionMode } = view.proxy
  const { mesh, features } = view.registry.snapshot
  const port = mesh.proxyListenPort
  const [wildcard] = WILDCARDS[ipMode]
  const resource: EnvoyListener = compact({
    name: 'virtualOutbound',
    address: address(wildcard, port),
    additionalAddresses: features.dualStack ? additionalAddresses(WILDCARDS[ipMode], port) : undefined,
    trafficDirection: 'OUTBOUND' as const,
    useOriginalDst: true,
    transparent: interceptionMode === 'TPROXY' || undefined,
    maxConnectionsToAcceptPerSocketEvent: settings.maxConnectionsPerSocketEvent,
    filterChains: [
      {
        name: 'virtualOutbound-blackhole',
        filterChainMatch: { destinationPort: port },
        filters: [...settings.metrics.outbound, bareTcpProxy(BLACK_HOLE_CLUSTER)],
      },
      { name: 'virtualOutbound-catchall-tcp', filters: catchAll.filters },
    ],
    accessLog: settings.listenerAccessLog,
  })
  return {
    resource,
    origins: [ruleOrigin('sidecar', WHY.virtualOutbound)],
    chains: [[ruleOrigin('sidecar', WHY.blackhole)], [catchAll.origin]],
  }
}
