/** The listener for clients that use the sidecar as their HTTP proxy (core/listener.go buildHTTPProxy). */
import { listenerName } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { addressFields, http1Options, httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { address, compact } from '../../json.ts'
import { HTTP_PROXY_ROUTES } from '../../routes/plan/route-name.ts'
import { LOCALHOSTS } from '../plan/binding.ts'
import { ruleOrigin, WHY } from '../plan/origins.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { ListenerFact } from './fact.ts'
import type { EnvoyListener } from './resource.ts'

const METADATA = 'HTTP_PROXY_PORT'
const NUMBER = /^[-+]?\d{1,9}$/

/** The proxy's own port before the mesh's; 0 for none. */
function portOf({ proxy, registry }: ProxyView): number {
  const own = proxy.metadata.get(METADATA) ?? ''
  return NUMBER.test(own) ? Number(own) : registry.snapshot.mesh.proxyHttpPort
}

/** @returns undefined when no port is stated */
export function httpProxyListener(view: ProxyView, settings: FilterSettings): ListenerFact | undefined {
  const port = portOf(view)
  if (port === 0) return undefined
  const binds = LOCALHOSTS[view.proxy.ipMode]
  const name = listenerName(binds[0], port)
  const manager = httpConnectionManager(settings, {
    traffic: 'outbound',
    statPrefix: `outbound_${name};`,
    routes: { name: HTTP_PROXY_ROUTES },
    protocol: 'HTTP_PROXY',
    extra: {
      ...addressFields(settings, false),
      httpProtocolOptions: { ...http1Options(settings), allowAbsoluteUrl: true },
    },
    exchangesWithAll: true,
  })
  const resource: EnvoyListener = compact({
    name,
    address: address(binds[0], port),
    additionalAddresses: additionalAddresses(binds, port),
    trafficDirection: 'OUTBOUND' as const,
    continueOnListenerFiltersTimeout: true,
    maxConnectionsToAcceptPerSocketEvent: settings.maxConnectionsOfBoundPorts,
    listenerFiltersTimeout: '0s',
    filterChains: [
      compact({ filters: [manager], transportSocketConnectTimeout: settings.transportSocketConnectTimeout }),
    ],
  })
  const origins = [ruleOrigin('mesh configuration or node metadata', WHY.httpProxy)]
  return { resource, origins, chains: [origins] }
}
