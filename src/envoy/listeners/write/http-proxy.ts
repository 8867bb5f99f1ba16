/** Writes the listener for clients that use the sidecar as an HTTP proxy. */
import { listenerName } from '../../../common/names.ts'
import { extensionsBeforeHttp } from '../../extensions/write/extensions.ts'
import { addressFields, http1Options, httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact } from '../../json.ts'
import type { HttpProxyPlan } from '../plan/http-proxy.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { ExplainedListener } from './explained.ts'
import type { EnvoyListener } from './resource.ts'

export function httpProxyListener(
  filters: ProxyFilters,
  { binds, port, routeName, manager: planned, extensions, origin }: HttpProxyPlan,
): ExplainedListener {
  const name = listenerName(binds[0], port)
  const manager = httpConnectionManager(filters, {
    traffic: 'outbound',
    statPrefix: `outbound_${name};`,
    routes: { name: routeName },
    hidesPeerMetadata: planned.hidesPeerMetadata,
    extensions,
    extra: { ...addressFields(planned.clientAddress), httpProtocolOptions: http1Options(planned.http1) },
  })
  const resource: EnvoyListener = compact({
    name,
    address: address(binds[0], port),
    additionalAddresses: additionalAddresses(binds, port),
    trafficDirection: 'OUTBOUND' as const,
    continueOnListenerFiltersTimeout: true,
    maxConnectionsToAcceptPerSocketEvent: filters.settings.maxConnectionsOfBoundPorts,
    listenerFiltersTimeout: '0s',
    filterChains: [
      compact({
        filters: [...extensionsBeforeHttp(extensions), manager],
        transportSocketConnectTimeout: filters.transportSocketConnectTimeout,
      }),
    ],
  })
  const origins = [origin]
  return { resource, origins, chains: [origins] }
}
