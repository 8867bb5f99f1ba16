/** Writes the listener for clients that use the sidecar as an HTTP proxy. */
import { listenerName } from '../../../common/names.ts'
import { addressFields, http1Options, httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact } from '../../json.ts'
import type { HttpProxyPlan } from '../plan/http-proxy.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { ExplainedListener } from './explained.ts'
import type { EnvoyListener } from './resource.ts'

export function httpProxyListener(
  filters: ProxyFilters,
  { binds, port, routeName, origin }: HttpProxyPlan,
): ExplainedListener {
  const name = listenerName(binds[0], port)
  const manager = httpConnectionManager(filters, {
    traffic: 'outbound',
    statPrefix: `outbound_${name};`,
    routes: { name: routeName },
    // Peer metadata is always sent to services outside the mesh, whatever the proxy's configuration says.
    hidesPeerMetadata: false,
    extra: {
      ...addressFields(filters, false),
      httpProtocolOptions: http1Options(filters, { allowAbsoluteUrl: true }),
    },
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
      compact({ filters: [manager], transportSocketConnectTimeout: filters.transportSocketConnectTimeout }),
    ],
  })
  const origins = [origin]
  return { resource, origins, chains: [origins] }
}
