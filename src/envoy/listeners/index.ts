/** A sidecar's listeners (LDS), and what did not get into them. */
import type { ProxyView } from '../../scope/view.ts'
import { NETWORK } from '../filters/constants.ts'
import { filterSettings, plaintextAlpnOf } from '../filters/settings.ts'
import { inboundMtls } from '../policy/peer-authentication.ts'
import { catchAllOf } from './catch-all.ts'
import { type Chain, writtenChains } from './chains.ts'
import type { ListenerConflict, SkippedPort } from './conflicts.ts'
import type { ListenerFact } from './fact.ts'
import { httpProxyListener } from './http-proxy.ts'
import { planInbound } from './inbound.ts'
import { inboundListeners } from './inbound-listener.ts'
import { type OutboundPlan, planOutbound } from './outbound.ts'
import { outboundListener, virtualOutbound } from './outbound-listener.ts'
import type { FilterChain } from './resource.ts'

export type { Chain, ChainMatch } from './chains.ts'
export { isMatchAll, maskedPrefix } from './chains.ts'
export type { ConflictParty, ConflictRule, ListenerConflict, PortRef, SkippedPort, SkipReason } from './conflicts.ts'
export { partyOf } from './conflicts.ts'
export type { ListenerFact } from './fact.ts'
export { type InboundPort, planInbound } from './inbound.ts'
export type { ListenerEntry } from './merge.ts'
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
  if (!hasListeners(view)) return { entries: [], conflicts: [], skipped: [] }
  return planOutbound(view, plaintextAlpnOf(view.registry.snapshot.features.env))
}

/** What a sidecar listens on as decided, and what is needed to write it down. */
function planSidecar(view: ProxyView) {
  const settings = filterSettings(view)
  const outbound = planOutbound(view, settings.plaintextAlpn)
  return { settings, catchAll: catchAllOf(view, settings), outbound, inbound: planInbound(view) }
}

type SidecarPlan = ReturnType<typeof planSidecar>

/** Writes the listeners down one by one. */
function* writtenListeners(view: ProxyView, plan: SidecarPlan): Iterable<ListenerFact> {
  const { settings, catchAll, outbound } = plan
  for (const entry of outbound.entries) yield outboundListener(entry, settings, catchAll)
  yield* furtherListeners(view, plan)
}

/** Those that are no service's. */
function* furtherListeners(view: ProxyView, { settings, catchAll, inbound }: SidecarPlan): Iterable<ListenerFact> {
  const httpProxy = httpProxyListener(view, settings)
  if (httpProxy) yield httpProxy
  if (view.proxy.interceptionMode !== 'NONE') yield virtualOutbound(view, settings, catchAll)
  yield* inboundListeners(view, settings, inboundMtls(view.registry, view.proxy.namespace, view.proxy.labels), inbound)
}

const hasListeners = (view: ProxyView): boolean => view.registry.snapshot.mesh.proxyListenPort > 0

/** Where the listeners of a sidecar lead, without those of services being written down: there may be very many of them. */
export interface ListenerTargets {
  /** Clusters of services that TCP chains lead to. */
  readonly clusters: ReadonlySet<string>
  /** Everything else that may lead to clusters, as Envoy gets it. */
  readonly further: readonly object[]
  /** As `routeNamesOf` has them. */
  readonly routeNames: readonly string[]
  readonly conflicts: readonly ListenerConflict[]
  readonly skipped: readonly SkippedPort[]
}

/** Notes where a chain leads. */
function noteTarget(chain: Chain, clusters: Set<string>, routeNames: string[]): void {
  if (chain.kind === 'http') routeNames.push(chain.routeName)
  else if (typeof chain.to.cluster === 'string') clusters.add(chain.to.cluster)
  else for (const { name } of chain.to.cluster) clusters.add(name)
}

/** The same as what the listeners of `buildSidecarListeners` refer to. */
export function listenerTargets(view: ProxyView): ListenerTargets {
  if (!hasListeners(view)) return { clusters: new Set(), further: [], routeNames: [], conflicts: [], skipped: [] }
  const plan = planSidecar(view)
  const clusters = new Set<string>()
  const routeNames: string[] = []
  let passesOn = false
  for (const { chains } of plan.outbound.entries) {
    const { specific, everything } = writtenChains(chains)
    for (const chain of specific) noteTarget(chain, clusters, routeNames)
    if (everything) noteTarget(everything, clusters, routeNames)
    else passesOn = true
  }
  const further = [...furtherListeners(view, plan)]
  return {
    clusters,
    further: [...(passesOn ? plan.catchAll.filters : []), ...further.map(({ resource }) => resource)],
    routeNames: [...routeNames, ...routeNamesOf(further)],
    conflicts: [...plan.outbound.conflicts, ...plan.inbound.conflicts],
    skipped: [...plan.outbound.skipped, ...plan.inbound.skipped],
  }
}

/** What a sidecar listens on (core/listener.go BuildListeners). */
export function buildSidecarListeners(view: ProxyView): ListenersResult {
  if (!hasListeners(view)) return { listeners: [], conflicts: [], skipped: [] }
  const plan = planSidecar(view)
  return {
    listeners: [...writtenListeners(view, plan)],
    conflicts: [...plan.outbound.conflicts, ...plan.inbound.conflicts],
    skipped: [...plan.outbound.skipped, ...plan.inbound.skipped],
  }
}

/** The same listeners, each forgotten when the next one is asked for. */
export function* sidecarListeners(view: ProxyView): Iterable<ListenerFact> {
  if (hasListeners(view)) yield* writtenListeners(view, planSidecar(view))
}

function routeNameOf(chain: FilterChain): string | undefined {
  const last = chain.filters.at(-1)
  if (last?.name !== NETWORK.httpConnectionManager.name) return undefined
  const rds = last.typedConfig.rds as { readonly routeConfigName: string } | undefined
  return rds?.routeConfigName
}

/** Every route configuration that the listeners ask for by name, in order and as often as they ask. */
export function routeNamesOf(listeners: readonly ListenerFact[]): string[] {
  return listeners.flatMap(routeNamesOfListener)
}

/** Those of one listener. */
export function routeNamesOfListener({ resource }: ListenerFact): string[] {
  const { filterChains, defaultFilterChain } = resource
  const chains = defaultFilterChain ? [...filterChains, defaultFilterChain] : filterChains
  return chains.map(routeNameOf).filter((name) => name !== undefined)
}
