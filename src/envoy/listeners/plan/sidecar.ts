/** The plan of a sidecar's listeners, from which they are written, streamed and searched for destinations. */
import { once, oncePerKey } from '../../../common/once.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type FilterSettings, filterSettings, plaintextAlpnOf } from '../../filters/plan/settings.ts'
import { type ProxyPatches, patchesFor } from '../../patches/plan/patches.ts'
import type { OutboundPlan } from './additions.ts'
import { type CatchAllPlan, planCatchAll } from './catch-all.ts'
import { type HttpProxyPlan, planHttpProxy } from './http-proxy.ts'
import { type InboundListenersPlan, planInboundListeners } from './inbound/listeners.ts'
import { type InboundPlan, planInbound } from './inbound/ports.ts'
import { planOutbound } from './outbound.ts'
import { planVirtualOutbound, type VirtualOutboundPlan } from './virtual-outbound.ts'

/** The part that does not depend on services: filter settings, and listeners that no service port needs. */
export interface ProxyWidePlan {
  readonly settings: FilterSettings
  readonly catchAll: CatchAllPlan
  readonly httpProxy: HttpProxyPlan | undefined
  readonly virtualOutbound: VirtualOutboundPlan | undefined
  readonly inbound: InboundListenersPlan
}

/** A sidecar's listeners, as planned. */
export interface SidecarPlan {
  /** False when proxyListenPort is disabled in the mesh configuration: the proxy then has no listeners. */
  readonly listens: boolean
  /** Planned on first use. */
  readonly outbound: OutboundPlan
  /** The part of `outbound` for listeners of one port, planned alone on first use. */
  outboundOfPort(port: number): OutboundPlan
  /** Planned on first use. */
  readonly inbound: InboundPlan
  /** Planned on first use. */
  readonly proxyWide: ProxyWidePlan
  /** What EnvoyFilters change in the written listeners; undefined when none applies. */
  readonly patches: ProxyPatches | undefined
}

const NO_OUTBOUND: OutboundPlan = { entries: [], conflicts: [], skipped: [] }
const NO_INBOUND: InboundPlan = { ports: [], conflicts: [], skipped: [] }

function planProxyWide(view: ProxyView, inbound: InboundPlan): ProxyWidePlan {
  const settings = filterSettings(view)
  return {
    settings,
    catchAll: planCatchAll(view, settings),
    httpProxy: planHttpProxy(view, settings),
    virtualOutbound: planVirtualOutbound(view),
    inbound: planInboundListeners(view, settings, inbound),
  }
}

/** Plans the listeners of a sidecar (core/listener.go BuildListeners). */
export function planSidecar(view: ProxyView, patches = patchesFor(view)): SidecarPlan {
  const { mesh, features } = view.registry.snapshot
  const listens = mesh.proxyListenPort > 0
  const inbound = once(() => (listens ? planInbound(view) : NO_INBOUND))
  const plan = (onlyPort?: number): OutboundPlan =>
    listens ? planOutbound(view, plaintextAlpnOf(features.env), onlyPort) : NO_OUTBOUND
  const outbound = once(() => plan())
  const proxyWide = once(() => planProxyWide(view, inbound()))
  return {
    listens,
    patches,
    get outbound() {
      return outbound()
    },
    outboundOfPort: oncePerKey(plan),
    get inbound() {
      return inbound()
    },
    get proxyWide() {
      return proxyWide()
    },
  }
}
