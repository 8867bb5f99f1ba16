/** Writes down the listeners of a sidecar. */
import type { ProxyView } from '../../../scope/view.ts'
import { type FilterSettings, filterSettings } from '../../filters/plan/settings.ts'
import { inboundMtls } from '../../policy/peer-authentication.ts'
import type { ListenerConflict, SkippedPort } from '../plan/conflicts.ts'
import type { SidecarPlan } from '../plan/sidecar.ts'
import { type CatchAll, catchAllOf } from './catch-all.ts'
import type { ListenerFact } from './fact.ts'
import { httpProxyListener } from './http-proxy.ts'
import { inboundListeners } from './inbound-listener.ts'
import { outboundListener, virtualOutbound } from './outbound-listener.ts'

export interface ListenersResult {
  /** Outbound ones, the HTTP proxy, the one that outbound connections are redirected to, inbound ones. Names may repeat. */
  readonly listeners: readonly ListenerFact[]
  readonly conflicts: readonly ListenerConflict[]
  /** Service ports without a listener, for another reason than a conflict. */
  readonly skipped: readonly SkippedPort[]
}

/** What the listeners of one proxy have in common. */
interface Shared {
  readonly settings: FilterSettings
  readonly catchAll: CatchAll
}

function sharedBy(view: ProxyView): Shared {
  const settings = filterSettings(view)
  return { settings, catchAll: catchAllOf(view, settings) }
}

function* proxyListeners({ view, inbound }: SidecarPlan, { settings, catchAll }: Shared): Iterable<ListenerFact> {
  const httpProxy = httpProxyListener(view, settings)
  if (httpProxy) yield httpProxy
  if (view.proxy.interceptionMode !== 'NONE') yield virtualOutbound(view, settings, catchAll)
  yield* inboundListeners(view, settings, inboundMtls(view.registry, view.proxy.namespace, view.proxy.labels), inbound)
}

/** Every listener, each forgotten when the next one is asked for. */
export function* writtenListeners(plan: SidecarPlan): Iterable<ListenerFact> {
  if (!plan.listens) return
  const shared = sharedBy(plan.view)
  for (const entry of plan.outbound.entries) yield outboundListener(entry, shared.settings, shared.catchAll)
  yield* proxyListeners(plan, shared)
}

/** What is written down for the proxy itself; there is little of it, however many services the mesh has. */
export interface ProxyWide {
  /** The listeners that no service port asked for. */
  readonly listeners: readonly ListenerFact[]
  /** The filters of the chain that listeners of service ports get for what no other chain matches. */
  readonly catchAll: CatchAll['filters']
}

export function writtenForProxy(plan: SidecarPlan): ProxyWide {
  const shared = sharedBy(plan.view)
  return { listeners: [...proxyListeners(plan, shared)], catchAll: shared.catchAll.filters }
}

/** All listeners at once, and what did not get into them. */
export function writeListeners(plan: SidecarPlan): ListenersResult {
  const { outbound, inbound } = plan
  return {
    listeners: [...writtenListeners(plan)],
    conflicts: [...outbound.conflicts, ...inbound.conflicts],
    skipped: [...outbound.skipped, ...inbound.skipped],
  }
}
