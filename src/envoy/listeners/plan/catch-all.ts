/** What happens to traffic that matches no listener or chain (core/listener_builder.go). */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import type { Extensions } from '../../extensions/plan/extensions.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { clusterOf } from '../../filters/plan/tcp-destination.ts'
import { catchAllHost } from '../../routes/plan/catch-all.ts'
import type { RouteConfigurationPlan } from '../../routes/plan/route.ts'
import { routeSettings } from '../../routes/plan/settings.ts'
import { ResourceOrigin, ruleOrigin, WHY } from './origins.ts'

/** The name of the route configuration for unknown hosts. */
const UNKNOWN_HOSTS = 'allow_any_dynamic_dns'

/** Plain HTTP to unknown hosts. */
export interface UnknownHostsPlan {
  readonly routes: RouteConfigurationPlan
  /** Those for all ports; undefined for none. */
  readonly extensions: Extensions | undefined
  readonly origin: Origin
}

/** The destination of all other outbound traffic. */
export interface CatchAllPlan {
  readonly cluster: string
  readonly origin: Origin
  /** Plain HTTP to unknown hosts, if they are resolved by name. */
  readonly unknownHosts: UnknownHostsPlan | undefined
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

function unknownHosts(view: ProxyView, { extensions }: FilterSettings): UnknownHostsPlan | undefined {
  if (view.outboundPolicy.mode !== 'ALLOW_ANY_DYNAMIC_DNS') return undefined
  const virtualHosts = [catchAllHost(view, routeSettings(view))]
  return {
    routes: { name: UNKNOWN_HOSTS, virtualHosts, origins: [] },
    extensions: extensions?.of('CLIENT', 0),
    origin: policyOrigin(view, WHY.dynamicDns),
  }
}

export function planCatchAll(view: ProxyView, settings: FilterSettings): CatchAllPlan {
  const { cluster, why } = targetOf(view)
  return { cluster, origin: policyOrigin(view, why), unknownHosts: unknownHosts(view, settings) }
}
