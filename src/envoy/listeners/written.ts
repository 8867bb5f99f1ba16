/** The listeners of a sidecar's plan, written. */
import { type ProxyFilters, proxyFilters } from '../filters/write/proxy-filters.ts'
import type { ListenerConflict, SkippedPort } from './plan/conflicts.ts'
import { planOutboundListener } from './plan/outbound-listener.ts'
import type { ProxyWidePlan, SidecarPlan } from './plan/sidecar.ts'
import { type CatchAll, catchAll } from './write/catch-all.ts'
import type { ExplainedListener } from './write/explained.ts'
import { httpProxyListener } from './write/http-proxy.ts'
import { inboundListeners } from './write/inbound-listener.ts'
import { outboundListener, virtualOutbound } from './write/outbound-listener.ts'

export interface ListenersResult {
  /** Outbound ones, the HTTP proxy, the one of redirected outbound connections, inbound ones. Names may repeat. */
  readonly listeners: readonly ExplainedListener[]
  readonly conflicts: readonly ListenerConflict[]
  /** Service ports without a listener for a reason other than a conflict. */
  readonly skipped: readonly SkippedPort[]
}

/** The part that all listeners of one proxy share, written once. */
interface Shared {
  readonly filters: ProxyFilters
  readonly catchAll: CatchAll
}

function sharedBy({ proxyWide }: SidecarPlan): Shared {
  const filters = proxyFilters(proxyWide.settings)
  return { filters, catchAll: catchAll(filters, proxyWide.catchAll) }
}

function* proxyListeners(plan: ProxyWidePlan, { filters, catchAll }: Shared): Iterable<ExplainedListener> {
  if (plan.httpProxy) yield httpProxyListener(filters, plan.httpProxy)
  if (plan.virtualOutbound) yield virtualOutbound(plan.virtualOutbound, filters, catchAll)
  yield* inboundListeners(filters, plan.inbound)
}

/** Every listener; each is released before the next. */
export function* writtenListeners(plan: SidecarPlan): Iterable<ExplainedListener> {
  if (!plan.listens) return
  const shared = sharedBy(plan)
  const { settings } = plan.proxyWide
  for (const entry of plan.outbound.entries) {
    yield outboundListener(planOutboundListener(entry, settings), shared.filters, shared.catchAll)
  }
  yield* proxyListeners(plan.proxyWide, shared)
}

/** The outbound listeners of one port. */
export function writtenForPort(plan: SidecarPlan, port: number): readonly ExplainedListener[] {
  const { entries } = plan.outboundOfPort(port)
  if (entries.length === 0) return []
  const { settings } = plan.proxyWide
  const { filters, catchAll } = sharedBy(plan)
  return entries.map((entry) => outboundListener(planOutboundListener(entry, settings), filters, catchAll))
}

/** The part for the proxy itself, which does not grow with the number of services. */
export interface WrittenForProxy {
  /** The listeners that do not belong to a service port. */
  readonly listeners: readonly ExplainedListener[]
  /** The filters of the catch-all chain in listeners of service ports. */
  readonly catchAll: CatchAll['filters']
}

export function writtenForProxy(plan: SidecarPlan): WrittenForProxy {
  const shared = sharedBy(plan)
  return { listeners: [...proxyListeners(plan.proxyWide, shared)], catchAll: shared.catchAll.filters }
}

/** All listeners, and the service ports without one. */
export function writeListeners(plan: SidecarPlan): ListenersResult {
  const { outbound, inbound } = plan
  return {
    listeners: [...writtenListeners(plan)],
    conflicts: [...outbound.conflicts, ...inbound.conflicts],
    skipped: [...outbound.skipped, ...inbound.skipped],
  }
}
