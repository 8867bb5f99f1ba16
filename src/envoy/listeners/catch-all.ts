/** What happens to traffic that no listener or chain knows (core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../names.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Origin } from '../facts.ts'
import { tcpProxy } from '../filters/network.ts'
import type { FilterSettings } from '../filters/settings.ts'
import { clusterOf } from '../filters/tcp-destination.ts'
import type { Extension } from '../json.ts'
import { ResourceOrigin, ruleOrigin, WHY } from './origins.ts'

export interface CatchAll {
  readonly filters: readonly Extension[]
  readonly origin: Origin
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

/** The filters of everything else that leaves the proxy. */
export function catchAllOf(view: ProxyView, settings: FilterSettings): CatchAll {
  const { cluster, why } = targetOf(view)
  const { sidecar } = view
  const path = ['spec', 'outboundTrafficPolicy']
  return {
    filters: [...settings.metrics.outbound, tcpProxy(settings, cluster, cluster)],
    origin: sidecar?.spec.outboundTrafficPolicy
      ? new ResourceOrigin(sidecar, path, why)
      : ruleOrigin('mesh configuration', why),
  }
}
