/** Writes inbound listeners and their chains. */
import type { Origin } from '../../explained.ts'
import { extensionsBeforeHttp } from '../../extensions/write/extensions.ts'
import { LISTENER_FILTERS, TCP_METADATA_EXCHANGE } from '../../filters/write/constants.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { bareTcpProxy, connectionFilters, mongoProxy, tcpProxy } from '../../filters/write/network.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact, durationText, type Filter } from '../../json.ts'
import { mutualTls, type TransportSocket } from '../../tls/downstream.ts'
import type { InboundChainPlan, InboundFilters } from '../plan/inbound/chains.ts'
import type { InboundListenerPlan, InboundListenersPlan } from '../plan/inbound/listeners.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { ExplainedListener } from './explained.ts'
import { inspectorFilters } from './inbound-inspectors.ts'
import { inboundRoutes } from './inbound-route.ts'
import { configMetadata } from './metadata.ts'
import type { EnvoyListener, FilterChain } from './resource.ts'

class InboundWriter {
  readonly #filters: ProxyFilters
  readonly #namespace: string
  readonly #sockets: Readonly<Record<'http' | 'tcp', TransportSocket>>

  constructor(filters: ProxyFilters, { tls, namespace }: InboundListenersPlan) {
    this.#filters = filters
    this.#namespace = namespace
    this.#sockets = { http: mutualTls(tls, 'http'), tcp: mutualTls(tls, 'tcp') }
  }

  listener(plan: InboundListenerPlan): ExplainedListener {
    return {
      resource: this.#resource(plan),
      origins: [plan.origin],
      chains: plan.chains.map(({ origin, filters }) => [origin, ...this.#policies(filters)]),
    }
  }

  /** The policies whose filters and logs are in a chain. */
  #policies(plan: InboundFilters): readonly Origin[] {
    if (plan.kind === 'blackhole') return []
    const { security, telemetry } = this.#filters.settings
    return [...security.origins[plan.kind], ...(plan.extensions?.origins[plan.kind] ?? []), ...telemetry.origins.SERVER]
  }

  #networkFilters(plan: InboundFilters): Filter[] {
    const filters = this.#filters
    if (plan.kind === 'http') {
      const { statPrefix, to, grpcWeb, http2, extensions } = plan
      const routes = { inline: inboundRoutes(to) }
      return [
        ...extensionsBeforeHttp(extensions),
        httpConnectionManager(filters, { traffic: 'inbound', statPrefix, routes, grpcWeb, http2, extensions }),
      ]
    }
    if (plan.kind === 'blackhole') return [...filters.by.inbound.metrics, bareTcpProxy(plan.cluster)]
    return [
      ...connectionFilters(filters, 'inbound', plan.extensions),
      ...(plan.mongo ? [mongoProxy(plan.statPrefix)] : []),
      tcpProxy(filters, 'inbound', plan.statPrefix, plan.cluster),
    ]
  }

  #chain({ name, destinationPort, match, filters, sidecar }: InboundChainPlan): FilterChain {
    return compact({
      name,
      filterChainMatch: compact({
        destinationPort: destinationPort || undefined,
        applicationProtocols: match?.applicationProtocols,
        transportProtocol: match?.transportProtocol,
      }),
      filters: [TCP_METADATA_EXCHANGE, ...this.#networkFilters(filters)],
      transportSocket: match?.terminates ? this.#sockets[match.filters] : undefined,
      metadata: sidecar && configMetadata('sidecar', this.#namespace, sidecar.meta.name),
    })
  }

  #resource(plan: InboundListenerPlan): EnvoyListener {
    const { name, binds, port, bindToPort, transparent } = plan
    const { settings, by } = this.#filters
    const listenerFilters = [
      ...(bindToPort ? [] : [LISTENER_FILTERS.originalDst]),
      ...(transparent ? [LISTENER_FILTERS.originalSrc] : []),
      ...inspectorFilters(plan.inspectors),
    ]
    return compact({
      name,
      address: address(binds[0] ?? '', port),
      additionalAddresses: additionalAddresses(binds, port),
      trafficDirection: 'INBOUND' as const,
      continueOnListenerFiltersTimeout: true,
      maxConnectionsToAcceptPerSocketEvent: settings.maxConnectionsPerSocketEvent,
      transparent: transparent || undefined,
      listenerFilters: listenerFilters.length > 0 ? listenerFilters : undefined,
      listenerFiltersTimeout: durationText(settings.protocolDetectionTimeout),
      filterChains: plan.chains.map((chain) => this.#chain(chain)),
      accessLog: by.inbound.listenerLog,
    })
  }
}

export function inboundListeners(filters: ProxyFilters, plan: InboundListenersPlan): ExplainedListener[] {
  const writer = new InboundWriter(filters, plan)
  return plan.listeners.map((listener) => writer.listener(listener))
}
