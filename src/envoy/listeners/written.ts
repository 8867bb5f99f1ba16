/** The listeners of a sidecar's plan, written. */
import type { EnvoyFilterResource } from '../../kinds/index.ts'
import { type ProxyFilters, proxyFilters } from '../filters/write/proxy-filters.ts'
import { ListenerStage } from '../patches/listeners.ts'
import { movesTraffic, type ResourceEffect, type Stage } from '../patches/plan/patches.ts'
import type { OutboundPlan } from './plan/additions.ts'
import type { ListenerConflict, SkippedPort } from './plan/conflicts.ts'
import type { ListenerEntry } from './plan/merge.ts'
import { planOutboundListener } from './plan/outbound-listener.ts'
import type { SidecarPlan } from './plan/sidecar.ts'
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

/** What EnvoyFilters do to the listeners of one stage. */
type Patching = Pick<ListenerStage, 'patch' | 'added'>

const NO_PATCHES: Patching = { patch: (listener) => listener, added: () => [] }

const patching = ({ patches }: Pick<SidecarPlan, 'patches'>, stage: Stage): Patching =>
  patches ? new ListenerStage(patches, stage) : NO_PATCHES

function* patched(listeners: Iterable<ExplainedListener>, by: Patching): Iterable<ExplainedListener> {
  for (const listener of listeners) {
    const left = by.patch(listener)
    if (left) yield left
  }
}

/** @param outbound the patches of the stage to which the listeners of service ports belong too */
function* proxyListeners(plan: SidecarPlan, shared: Shared, outbound: Patching): Iterable<ExplainedListener> {
  const { httpProxy, virtualOutbound: virtual, inbound } = plan.proxyWide
  const { filters, catchAll } = shared
  if (httpProxy) yield* patched([httpProxyListener(filters, httpProxy)], outbound)
  yield* outbound.added()
  // istiod patches this one apart from the others, so a panic there does not concern it.
  if (virtual) yield* patched([virtualOutbound(virtual, filters, catchAll)], patching(plan, 'SIDECAR_OUTBOUND'))
  const inside = patching(plan, 'SIDECAR_INBOUND')
  yield* patched(inboundListeners(filters, inbound), inside)
  yield* inside.added()
}

function* serviceListeners(plan: SidecarPlan, entries: OutboundPlan['entries'], shared: Shared) {
  const { settings } = plan.proxyWide
  for (const entry of entries) {
    yield outboundListener(planOutboundListener(entry, settings), shared.filters, shared.catchAll)
  }
}

/** Every listener; each is released before the next. */
export function* writtenListeners(plan: SidecarPlan): Iterable<ExplainedListener> {
  const outbound = patching(plan, 'SIDECAR_OUTBOUND')
  if (!plan.listens) {
    yield* outbound.added()
    yield* patching(plan, 'SIDECAR_INBOUND').added()
    return
  }
  const shared = sharedBy(plan)
  yield* patched(serviceListeners(plan, plan.outbound.entries, shared), outbound)
  yield* proxyListeners(plan, shared, outbound)
}

/** A listener of service ports, with what EnvoyFilters leave of it. */
export interface PatchedEntry {
  readonly entry: ListenerEntry
  /** undefined when a patch removes it. */
  readonly listener: ExplainedListener | undefined
  /** The EnvoyFilters that remove it, or may change where it is or leads. */
  readonly filters: readonly EnvoyFilterResource[]
}

/** The listeners of service ports after the patches of EnvoyFilters, one at a time. */
export function* patchedEntries(plan: SidecarPlan, { entries }: OutboundPlan): Iterable<PatchedEntry> {
  const filters = new Set<EnvoyFilterResource>()
  const record = ({ patch }: ResourceEffect): void => {
    if (movesTraffic(patch)) filters.add(patch.filter)
  }
  const patches = plan.patches && { ...plan.patches, record }
  const outbound = patching({ patches }, 'SIDECAR_OUTBOUND')
  const shared = sharedBy(plan)
  for (const entry of entries) {
    filters.clear()
    for (const written of serviceListeners(plan, [entry], shared)) {
      const listener = outbound.patch(written)
      yield { entry, listener, filters: [...filters] }
    }
  }
}

/** The outbound listeners of one port, without those that EnvoyFilters add. */
export function writtenForPort(plan: SidecarPlan, port: number): readonly ExplainedListener[] {
  const { entries } = plan.outboundOfPort(port)
  if (entries.length === 0) return []
  return [...patched(serviceListeners(plan, entries, sharedBy(plan)), patching(plan, 'SIDECAR_OUTBOUND'))]
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
  const listeners = [...proxyListeners(plan, shared, patching(plan, 'SIDECAR_OUTBOUND'))]
  return { listeners, catchAll: shared.catchAll.filters }
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
