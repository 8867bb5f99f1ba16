import type { ProxyView } from '../../scope/view.ts'
import { type GatewayBinding, gatewayBindings } from './plan/bindings.ts'
import type { MergedGateways } from './plan/merge.ts'
import type { GatewayListeners, GatewayRouteConfiguration } from './written.ts'

/** Findings about the Gateways of a router. */
export interface RouterGateways {
  readonly merged: MergedGateways
  readonly listeners: GatewayListeners
  readonly routes: readonly GatewayRouteConfiguration[]
  readonly bindings: readonly GatewayBinding[]
}

export function routerGateways(
  view: ProxyView,
  merged: MergedGateways,
  listeners: GatewayListeners,
  routes: readonly GatewayRouteConfiguration[],
): RouterGateways {
  return { merged, listeners, routes, bindings: gatewayBindings(view, merged) }
}
