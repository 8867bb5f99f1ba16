/** A sidecar's listeners (LDS), and what did not get into them. */
import type { ProxyView } from '../../scope/view.ts'
import { NETWORK } from '../filters/constants.ts'
import { filterSettings, plaintextAlpnOf } from '../filters/settings.ts'
import { inboundMtls } from '../policy/peer-authentication.ts'
import { catchAllOf } from './catch-all.ts'
import type { ListenerConflict, SkippedPort } from './conflicts.ts'
import type { ListenerFact } from './fact.ts'
import { httpProxyListener } from './http-proxy.ts'
import { planInbound } from './inbound.ts'
import { inboundListeners } from './inbound-listener.ts'
import { type OutboundPlan, planOutbound } from './outbound.ts'
import { outboundListener, virtualOutbound } from './outbound-listener.ts'
import type { FilterChain } from './resource.ts'

export type { ConflictParty, ConflictRule, ListenerConflict, SkippedPort, SkipReason } from './conflicts.ts'
export type { ListenerFact } from './fact.ts'
export { listenerNamesOf, type OutboundPlan } from './outbound.ts'
export { Placement } from './placement.ts'
export type { EnvoyListener, FilterChain, FilterChainMatch } from './resource.ts'

export interface ListenersResult {
  /** Outbound ones, the HTTP proxy, the one that outbound connections are redirected to, inbound ones. Names may repeat. */
  readonly listeners: readonly ListenerFact[]
  readonly conflicts: readonly ListenerConflict[]
  /** Service ports without a listener, for another reason than a conflict. */
  readonly skipped: readonly SkippedPort[]
}

/** The outbound listeners of a sidecar as decided, before they are written down; for those who only judge them. */
export function planOutboundListeners(view: ProxyView): OutboundPlan {
  if (view.registry.snapshot.mesh.proxyListenPort <= 0) return { entries: [], conflicts: [], skipped: [] }
  return planOutbound(view, plaintextAlpnOf(view.registry.snapshot.features.env))
}

/** What a sidecar listens on (core/listener.go BuildListeners). */
export function buildSidecarListeners(view: ProxyView): ListenersResult {
  if (view.registry.snapshot.mesh.proxyListenPort <= 0) return { listeners: [], conflicts: [], skipped: [] }
  const settings = filterSettings(view)
  const catchAll = catchAllOf(view, settings)
  const outbound = planOutbound(view, settings.plaintextAlpn)
  const inbound = planInbound(view)
  const listeners = outbound.entries.map((entry) => outboundListener(entry, settings, catchAll))
  const httpProxy = httpProxyListener(view, settings)
  if (httpProxy) listeners.push(httpProxy)
  if (view.proxy.interceptionMode !== 'NONE') listeners.push(virtualOutbound(view, settings, catchAll))
  listeners.push(
    ...inboundListeners(view, settings, inboundMtls(view.registry, view.proxy.namespace, view.proxy.labels), inbound),
  )
  return {
    listeners,
    conflicts: [...outbound.conflicts, ...inbound.conflicts],
    skipped: [...outbound.skipped, ...inbound.skipped],
  }
}

function routeNameOf(chain: FilterChain): string | undefined {
  const last = chain.filters.at(-1)
  if (last?.name !== NETWORK.httpConnectionManager.name) return undefined
  const rds = last.typedConfig.rds as { readonly routeConfigName: string } | undefined
  return rds?.routeConfigName
}

/** Every route configuration that the listeners ask for by name, in order and as often as they ask. */
export function routeNamesOf(listeners: readonly ListenerFact[]): string[] {
  const out: string[] = []
  for (const { resource } of listeners) {
    const chains = resource.defaultFilterChain
      ? [...resource.filterChains, resource.defaultFilterChain]
      : resource.filterChains
    for (const chain of chains) {
      const name = routeNameOf(chain)
      if (name !== undefined) out.push(name)
    }
  }
  return out
}
