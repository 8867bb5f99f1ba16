/** The plan of a sidecar's listeners. Writing them down, streaming them and asking where they lead are functions of it. */
import { once } from '../../../common/once.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type FilterSettings, filterSettings, plaintextAlpnOf } from '../../filters/plan/settings.ts'
import { type CatchAllPlan, planCatchAll } from './catch-all.ts'
import { type HttpProxyPlan, planHttpProxy } from './http-proxy.ts'
import { type InboundListenersPlan, planInboundListeners } from './inbound/listeners.ts'
import { type InboundPlan, planInbound } from './inbound/ports.ts'
import { type OutboundPlan, planOutbound } from './outbound.ts'
import { planVirtualOutbound, type VirtualOutboundPlan } from './virtual-outbound.ts'

/** What a sidecar has whatever its services: settings of all filters, and listeners that no service port asked for. */
export interface ProxyWidePlan {
  readonly settings: FilterSettings
  readonly catchAll: CatchAllPlan
  readonly httpProxy: HttpProxyPlan | undefined
  readonly virtualOutbound: VirtualOutboundPlan | undefined
  readonly inbound: InboundListenersPlan
}

/** What a sidecar listens on, as decided. */
export interface SidecarPlan {
  /** False when the mesh configuration turns proxyListenPort off: the proxy then has no listener at all. */
  readonly listens: boolean
  readonly outbound: OutboundPlan
  /** Decided when it is first asked for. */
  readonly inbound: InboundPlan
  /** Likewise. */
  readonly proxyWide: ProxyWidePlan
}

const NO_OUTBOUND: OutboundPlan = { entries: [], conflicts: [], skipped: [] }
const NO_INBOUND: InboundPlan = { ports: [], conflicts: [], skipped: [] }

function planProxyWide(view: ProxyView, inbound: InboundPlan): ProxyWidePlan {
  const settings = filterSettings(view)
  return {
    settings,
    catchAll: planCatchAll(view),
    httpProxy: planHttpProxy(view),
    virtualOutbound: planVirtualOutbound(view),
    inbound: planInboundListeners(view, settings, inbound),
  }
}

/** Decides what a sidecar listens on (core/listener.go BuildListeners). */
export function planSidecar(view: ProxyView): SidecarPlan {
  const { mesh, features } = view.registry.snapshot
  const listens = mesh.proxyListenPort > 0
  const inbound = once(() => (listens ? planInbound(view) : NO_INBOUND))
  const proxyWide = once(() => planProxyWide(view, inbound()))
  return {
    listens,
    outbound: listens ? planOutbound(view, plaintextAlpnOf(features.env)) : NO_OUTBOUND,
    get inbound() {
      return inbound()
    },
    get proxyWide() {
      return proxyWide()
    },
  }
}
