/** Writes outbound listeners (core/listener.go buildListenerFromEntry). */
import { BLACK_HOLE_CLUSTER, VIRTUAL_OUTBOUND } from '../../../common/names.ts'
import type { Origin } from '../../explained.ts'
import { extensionsBeforeHttp } from '../../extensions/write/extensions.ts'
import { cidrRange } from '../../filters/write/cidr-range.ts'
import { LISTENER_FILTERS } from '../../filters/write/constants.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { bareTcpProxy, destinationFilters } from '../../filters/write/network.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact, durationText, type Filter } from '../../json.ts'
import type { Chain } from '../plan/chains.ts'
import type { ConditionalChain, OutboundListenerPlan } from '../plan/outbound-listener.ts'
import type { VirtualOutboundPlan } from '../plan/virtual-outbound.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { CatchAll } from './catch-all.ts'
import type { ExplainedListener } from './explained.ts'
import { configMetadata } from './metadata.ts'
import type { EnvoyListener, FilterChain, FilterChainMatch, ListenerFilter } from './resource.ts'

function chainMatch({ chain, serverNames, prefixes }: ConditionalChain): FilterChainMatch {
  const { applicationProtocols, transportProtocol } = chain.match
  return {
    ...(applicationProtocols.length > 0 && { applicationProtocols }),
    ...(transportProtocol !== '' && { transportProtocol }),
    ...(serverNames.length > 0 && { serverNames }),
    ...(prefixes.length > 0 && { prefixRanges: prefixes.map(cidrRange) }),
  }
}

function chainFilters(chain: Chain, plan: OutboundListenerPlan, filters: ProxyFilters): readonly Filter[] {
  const { name, extensions, firstHttp } = plan
  if (chain.kind === 'tcp') {
    // istiod checks connections to hosts that are resolved by name as if they were for the workload.
    const { to } = chain
    const checked = to.dynamicHost !== undefined
    return destinationFilters(filters, 'outbound', to, { extensions, checked })
  }
  return [
    ...(chain === firstHttp ? extensionsBeforeHttp(extensions) : []),
    httpConnectionManager(filters, {
      traffic: 'outbound',
      statPrefix: `outbound_${name};`,
      routes: { name: chain.routeName },
      grpcWeb: chain.grpcWeb,
      dynamicHost: chain.dynamicHost,
      extensions,
    }),
  ]
}

/** A chain without its match. */
function filterChain(chain: Chain, plan: OutboundListenerPlan, filters: ProxyFilters): FilterChain {
  const virtualService = chain.kind === 'tcp' ? chain.virtualService : undefined
  const timeout = filters.transportSocketConnectTimeout
  return {
    filters: chainFilters(chain, plan, filters),
    ...(timeout !== undefined && { transportSocketConnectTimeout: timeout }),
    ...(virtualService && {
      metadata: configMetadata('virtual-service', virtualService.namespace, virtualService.name),
    }),
  }
}

const LISTENER_FILTER_LISTS = {
  none: undefined,
  tls: [LISTENER_FILTERS.tlsInspector],
  http: [LISTENER_FILTERS.httpInspector],
  both: [LISTENER_FILTERS.tlsInspector, LISTENER_FILTERS.httpInspector],
} as const

function listenerFilters({ inspectsTls, inspectsHttp }: OutboundListenerPlan): readonly ListenerFilter[] | undefined {
  return LISTENER_FILTER_LISTS[inspectsTls ? (inspectsHttp ? 'both' : 'tls') : inspectsHttp ? 'http' : 'none']
}

interface WrittenChains {
  readonly filterChains: FilterChain[]
  readonly defaultFilterChain: FilterChain | undefined
  readonly origins: (readonly Origin[])[]
}

/** The origins of a chain, and of the policies whose filters and logs are in it. */
function originsOf(chain: Chain, { extensions }: OutboundListenerPlan, { settings }: ProxyFilters): readonly Origin[] {
  const policies = settings.telemetry.origins.CLIENT
  if (policies.length === 0 && !extensions) return [chain.origin]
  return [chain.origin, ...(extensions?.origins[chain.kind] ?? []), ...policies]
}

function writeChains(plan: OutboundListenerPlan, filters: ProxyFilters, catchAll: CatchAll): WrittenChains {
  const { conditional, rest, hasDefaultChain } = plan
  const filterChains = conditional.map((planned) => ({
    filterChainMatch: chainMatch(planned),
    ...filterChain(planned.chain, plan, filters),
  }))
  const origins: (readonly Origin[])[] = conditional.map(({ chain }) => originsOf(chain, plan, filters))
  origins.push(rest ? originsOf(rest, plan, filters) : catchAll.origins)
  const last = rest
    ? filterChain(rest, plan, filters)
    : { filterChainMatch: {}, name: 'PassthroughFilterChain', filters: catchAll.filters }
  if (hasDefaultChain) return { filterChains, defaultFilterChain: last, origins }
  return { filterChains: [...filterChains, last], defaultFilterChain: undefined, origins }
}

/** The outbound listener of a service port. */
export function outboundListener(
  plan: OutboundListenerPlan,
  filters: ProxyFilters,
  catchAll: CatchAll,
): ExplainedListener {
  const { name, binds, bindToPort, port } = plan
  const chains = writeChains(plan, filters, catchAll)
  const additional = additionalAddresses(binds, port)
  const inspectors = listenerFilters(plan)
  const timeout = durationText(plan.inspectionTimeout)
  const maxConnections = filters.settings.maxConnectionsOfBoundPorts
  // Only fields that are set are written, because dropping unset ones of very many listeners takes time.
  const resource: EnvoyListener = {
    name,
    address: address(binds[0] ?? '', port),
    trafficDirection: 'OUTBOUND',
    continueOnListenerFiltersTimeout: true,
    filterChains: chains.filterChains,
    ...(additional && { additionalAddresses: additional }),
    ...(!bindToPort && { bindToPort: false }),
    ...(bindToPort && maxConnections !== undefined && { maxConnectionsToAcceptPerSocketEvent: maxConnections }),
    ...(inspectors && { listenerFilters: inspectors }),
    ...(timeout !== undefined && { listenerFiltersTimeout: timeout }),
    ...(chains.defaultFilterChain && { defaultFilterChain: chains.defaultFilterChain }),
  }
  return { resource, origins: plan.origins, chains: chains.origins }
}

const CATCH_ALL_CHAIN = 'virtualOutbound-catchall-tcp'

function unknownHostsChain(own: readonly Filter[], { settings }: ProxyFilters): FilterChain {
  return {
    name: `${CATCH_ALL_CHAIN}-http`,
    filterChainMatch: { applicationProtocols: settings.plaintextAlpn },
    filters: own,
  }
}

/** The listener that receives all outbound connections first. */
export function virtualOutbound(
  plan: VirtualOutboundPlan,
  filters: ProxyFilters,
  catchAll: CatchAll,
): ExplainedListener {
  const { binds, port, transparent, origin, blackhole } = plan
  const { http } = catchAll
  const resource: EnvoyListener = compact({
    name: VIRTUAL_OUTBOUND,
    address: address(binds[0] ?? '', port),
    additionalAddresses: additionalAddresses(binds, port),
    trafficDirection: 'OUTBOUND' as const,
    useOriginalDst: true,
    transparent: transparent || undefined,
    maxConnectionsToAcceptPerSocketEvent: filters.settings.maxConnectionsPerSocketEvent,
    listenerFilters: http && LISTENER_FILTER_LISTS.http,
    filterChains: [
      {
        name: 'virtualOutbound-blackhole',
        filterChainMatch: { destinationPort: port },
        filters: [...filters.by.outbound.metrics, bareTcpProxy(BLACK_HOLE_CLUSTER)],
      },
      ...(http ? [unknownHostsChain(http.filters, filters)] : []),
      { name: CATCH_ALL_CHAIN, filters: catchAll.filters },
    ],
    accessLog: filters.by.outbound.listenerLog,
  })
  return {
    resource,
    origins: [origin],
    chains: [[blackhole], ...(http ? [http.origins] : []), catchAll.origins],
  }
}
