/** What happens to traffic that no listener or chain knows (core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { clusterOf } from '../../filters/plan/tcp-destination.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { tcpProxy } from '../../filters/write/network.ts'
import type { Extension } from '../../json.ts'
import { routeSettings, transcribeRouteConfiguration } from '../../routes/index.ts'
import { catchAllHost } from '../../routes/plan/catch-all.ts'
import { ResourceOrigin, ruleOrigin, WHY } from '../plan/origins.ts'

/** The listener that all outbound connections reach first. */
export const VIRTUAL_OUTBOUND = 'virtualOutbound'

export interface CatchAll {
  readonly filters: readonly Extension[]
  readonly origin: Origin
  /** Plain HTTP to hosts that nobody knows, where it is resolved by name. */
  readonly http: { readonly filters: readonly Extension[]; readonly origin: Origin } | undefined
}

interface Target {
  readonly cluster: string
  readonly why: string
}

function targetOf(view: ProxyView): Target {
  const { mode, egressProxy } = view.outboundPolicy
  if (!mode.startsWith('ALLOW_ANY')) return { cluster: BLACK_HOLE_CLUSTER, why: WHY.registryOnly }
  if (!egressProxy) return { cluster: PASSTHROUGH_CLUSTER, why: WHY.allowAny }
  return { cluster: clusterOf(egressProxy, undefined, 0), why: WHY.egressProxy }
}

function policyOrigin({ sidecar }: ProxyView, why: string): Origin {
  return sidecar?.spec.outboundTrafficPolicy
    ? new ResourceOrigin(sidecar, ['spec', 'outboundTrafficPolicy'], why)
    : ruleOrigin('mesh configuration', why)
}

const DYNAMIC_DNS = 'allow_any_dynamic_dns'

function unknownHosts(view: ProxyView, settings: FilterSettings): CatchAll['http'] {
  if (view.outboundPolicy.mode !== 'ALLOW_ANY_DYNAMIC_DNS') return undefined
  const host = catchAllHost(view, routeSettings(view))
  const manager = httpConnectionManager(settings, {
    traffic: 'outbound',
    statPrefix: `outbound_${VIRTUAL_OUTBOUND}_${DYNAMIC_DNS};`,
    routes: { inline: { ...transcribeRouteConfiguration(DYNAMIC_DNS, [host]) } },
    protocol: 'HTTP',
  })
  return { filters: [manager], origin: policyOrigin(view, WHY.dynamicDns) }
}

/** The filters of everything else that leaves the proxy. */
export function catchAllOf(view: ProxyView, settings: FilterSettings): CatchAll {
  const { cluster, why } = targetOf(view)
  return {
    filters: [...settings.metrics.outbound, tcpProxy(settings, cluster, cluster)],
    origin: policyOrigin(view, why),
    http: unknownHosts(view, settings),
  }
}
