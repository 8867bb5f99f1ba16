/** Writes the listeners of routers. */
import type { Origin } from '../../explained.ts'
import { extensionsBeforeHttp } from '../../extensions/write/extensions.ts'
import { LISTENER_FILTERS, TCP_METADATA_EXCHANGE } from '../../filters/write/constants.ts'
import { type HttpOptions, httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { destinationFilters } from '../../filters/write/network.ts'
import { type ProxyFilters, proxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact, type Filter } from '../../json.ts'
import { additionalAddresses } from '../../listeners/write/additional-addresses.ts'
import type { ExplainedListener } from '../../listeners/write/explained.ts'
import type { FilterChain, FilterChainMatch, ListenerFilter } from '../../listeners/write/resource.ts'
import type { GatewayListenerPlan, PlannedChain } from '../plan/listeners.ts'
import type { GatewaySettings } from '../plan/settings.ts'
import { managerFields } from './connection-manager.ts'
import { serverTlsSocket } from './server-tls.ts'

function chainMatch({ serverNames, chain }: PlannedChain): FilterChainMatch | undefined {
  const { applicationProtocols } = chain
  if (serverNames.length + applicationProtocols.length === 0) return undefined
  return {
    ...(applicationProtocols.length > 0 && { applicationProtocols }),
    ...(serverNames.length > 0 && { serverNames }),
  }
}

export class GatewayListenerWriter {
  readonly #settings: GatewaySettings
  readonly #filters: ProxyFilters
  readonly #managerFields: HttpOptions['extra']

  constructor(settings: GatewaySettings) {
    this.#settings = settings
    this.#filters = proxyFilters(settings.filters)
    this.#managerFields = managerFields(settings)
  }

  listener({ name, binds, port, chains, inspectsTls, origins }: GatewayListenerPlan): ExplainedListener {
    const { maxConnectionsPerSocketEvent, connections } = this.#settings.filters
    const resource = compact({
      name,
      address: address(binds[0] ?? '', port),
      additionalAddresses: additionalAddresses(binds, port),
      trafficDirection: 'OUTBOUND' as const,
      maxConnectionsToAcceptPerSocketEvent: maxConnectionsPerSocketEvent,
      listenerFilters: this.#listenerFilters(inspectsTls),
      filterChains: chains.map((chain) => this.#chain(chain, name)),
      accessLog: this.#filters.by.gateway.listenerLog,
      perConnectionBufferLimitBytes: connections?.bufferLimit,
      connectionBalanceConfig: this.#settings.exactBalance ? { exactBalance: {} } : undefined,
    })
    return {
      resource,
      origins,
      chains: chains.map((planned) => [...planned.chain.origins, ...this.#policies(planned)]),
    }
  }

  /** The policies whose filters and logs are in a chain. */
  #policies({ chain: { kind, server }, extensions }: PlannedChain): readonly Origin[] {
    const { security, telemetry } = this.#filters.settings
    return [
      ...(server.kind === 'auto-passthrough' ? [] : security.origins[kind]),
      ...(extensions?.origins[kind] ?? []),
      ...telemetry.origins.CLIENT,
    ]
  }

  #listenerFilters(inspectsTls: boolean): readonly ListenerFilter[] | undefined {
    const filters: ListenerFilter[] = []
    if (this.#settings.proxyProtocol) filters.push(LISTENER_FILTERS.proxyProtocol)
    if (inspectsTls) filters.push(LISTENER_FILTERS.tlsInspector)
    return filters.length > 0 ? filters : undefined
  }

  #chain(planned: PlannedChain, name: string): FilterChain {
    const { tls } = planned
    return compact({
      filterChainMatch: chainMatch(planned),
      filters: this.#networkFilters(planned, name),
      transportSocket: tls && serverTlsSocket(tls),
      transportSocketConnectTimeout: this.#filters.transportSocketConnectTimeout,
    })
  }

  #networkFilters({ chain, extensions, isFirstHttp }: PlannedChain, name: string): readonly Filter[] {
    if (chain.kind === 'tcp') {
      const checked = chain.server.kind !== 'auto-passthrough'
      const filters = destinationFilters(this.#filters, 'gateway', chain.to, { extensions, checked })
      return chain.exchangesMetadata ? [TCP_METADATA_EXCHANGE, ...filters] : filters
    }
    return [
      ...(isFirstHttp ? extensionsBeforeHttp(extensions) : []),
      httpConnectionManager(this.#filters, {
        traffic: 'gateway',
        statPrefix: chain.statPrefix || `outbound_${name};`,
        // Before the behaviour gateway-binds-apart, servers may lose their route configuration.
        routes: chain.routeName === '' ? { inline: {} } : { name: chain.routeName },
        grpcWeb: chain.grpcWeb,
        extensions,
        extra: this.#managerFields,
      }),
    ]
  }
}
