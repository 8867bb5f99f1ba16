/** What happens to traffic that matches no listener or chain (core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { clusterOf } from '../../filters/plan/tcp-destination.ts'
import { catchAllHost } from '../../routes/plan/catch-all.ts'
import type { RouteConfigurationPlan } from '../../routes/plan/route.ts'
import { routeSettings } from '../../routes/plan/settings.ts'
import { ResourceOrigin, ruleOrigin, WHY } from './origins.ts'

/** The name of the route configuration for unknown hosts. */
const UNKNOWN_HOSTS = 'allow_any_dynamic_dns'

/** The destination of all other outbound traffic. */
export interface CatchAllPlan {
  readonly cluster: string
  readonly origin: Origin
  /** Plain HTTP to unknown hosts, if they are resolved by name. */
  readonly unknownHosts: { readonly routes: RouteConfigurationPlan; readonly origin: Origin } | undefined
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

function unknownHosts(view: ProxyView): CatchAllPlan['unknownHosts'] {
  if (view.outboundPolicy.mode !== 'ALLOW_ANY_DYNAMIC_DNS') return undefined
  const virtualHosts = [catchAllHost(view, routeSettings(view))]
  return { routes: { name: UNKNOWN_HOSTS, virtualHosts, origins: [] }, origin: policyOrigin(view, WHY.dynamicDns) }
}

export function planCatchAll(view: ProxyView): CatchAllPlan {
  const { cluster, why } = targetOf(view)
  return { cluster, origin: policyOrigin(view, why), unknownHosts: unknownHosts(view) }
}
