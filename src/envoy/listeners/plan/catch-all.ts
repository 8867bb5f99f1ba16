/** What happens to traffic that no listener or chain knows (core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import { clusterOf } from '../../filters/plan/tcp-destination.ts'
import { ResourceOrigin, ruleOrigin, WHY } from './origins.ts'

/** Where everything else that leaves the proxy goes. */
export interface CatchAllPlan {
  readonly cluster: string
  readonly origin: Origin
  /** Plain HTTP to hosts that nobody knows is resolved by name; undefined where it is not. */
  readonly unknownHosts: Origin | undefined
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

export function planCatchAll(view: ProxyView): CatchAllPlan {
  const { cluster, why } = targetOf(view)
  const resolved = view.outboundPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS'
  return {
    cluster,
    origin: policyOrigin(view, why),
    unknownHosts: resolved ? policyOrigin(view, WHY.dynamicDns) : undefined,
  }
}
