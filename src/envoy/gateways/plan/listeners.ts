/** The listeners of a router (core/gateway.go, core/listener.go). */
import { appendAll } from '../../../common/collections.ts'
import { parseGoBool } from '../../../common/go-bool.ts'
import { listenerName } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import type { Extensions, ExtensionsPlan } from '../../extensions/plan/extensions.ts'
import { WILDCARDS } from '../../listeners/plan/binding.ts'
import { effectiveServerNames } from '../../listeners/plan/chains.ts'
import { BoundVirtualServices } from './bound-virtual-services.ts'
import { type GatewayChain, GatewayChains, type SkippedMatch, serverOrigin } from './chains.ts'
import type { MergedGateways, ServerSlot } from './merge.ts'
import { type ServerTlsPlan, serverTls } from './server-tls.ts'
import type { GatewayServer } from './servers.ts'
import { WHY } from './why.ts'

/** Chains of one listener with the same match, for which Envoy rejects the listener. */
export interface ChainClash {
  readonly listener: string
  readonly first: GatewayChain
  readonly second: GatewayChain
}

/** A listener that is not created because it has no chains. */
export interface OmittedListener {
  readonly name: string
  readonly servers: readonly GatewayServer[]
  readonly reason: 'no-chains' | 'privileged-port'
}

/** The listeners of a router, as planned. */
export interface GatewayListenersPlan {
  readonly listeners: readonly GatewayListenerPlan[]
  readonly omitted: readonly OmittedListener[]
  readonly skippedMatches: readonly SkippedMatch[]
  readonly clashes: readonly ChainClash[]
}

/** One listener, shared by all slots with the same address and port. */
export interface GatewayListenerPlan {
  readonly name: string
  readonly binds: readonly string[]
  readonly port: number
  readonly chains: readonly PlannedChain[]
  readonly inspectsTls: boolean
  readonly origins: readonly Origin[]
}

export interface PlannedChain {
  readonly chain: GatewayChain
  /** The server names that the chain asks for, sorted; empty for any. */
  readonly serverNames: readonly string[]
  /** For a chain that terminates TLS. */
  readonly tls: ServerTlsPlan | undefined
  /** Those of the listener's port for HTTP, otherwise of the server's; undefined for none. */
  readonly extensions: Extensions | undefined
  /** The first chain with HTTP, whose connections pass the extensions before HTTP. */
  readonly isFirstHttp: boolean
}

/** A listener to which more slots may be added. */
interface Draft {
  readonly name: string
  readonly binds: readonly string[]
  readonly port: number
  readonly chains: GatewayChain[]
  readonly servers: GatewayServer[]
}

const LAST_PRIVILEGED_PORT = 1023

function bindsOf(bind: string, { proxy, registry }: ProxyView): readonly string[] {
  if (bind !== '') return [bind]
  const wildcards = WILDCARDS[proxy.ipMode]
  return registry.snapshot.features.dualStack ? wildcards : wildcards.slice(0, 1)
}

/** The name of a slot's listener. */
export const listenerOfSlot = ({ bind, port }: ServerSlot, view: ProxyView): string =>
  listenerName(bindsOf(bind, view)[0] ?? '', port)

interface Drafts {
  readonly drafts: readonly Draft[]
  readonly unbindable: readonly OmittedListener[]
}

function draftListeners(view: ProxyView, slots: readonly ServerSlot[], chains: GatewayChains): Drafts {
  const unprivileged = parseGoBool(view.proxy.metadata.get('UNPRIVILEGED_POD') ?? '') ?? false
  const byName = new Map<string, Draft>()
  const unbindable: OmittedListener[] = []
  for (const slot of slots) {
    const { port, servers } = slot
    const binds = bindsOf(slot.bind, view)
    const name = listenerOfSlot(slot, view)
    if (unprivileged && port <= LAST_PRIVILEGED_PORT) {
      unbindable.push({ name, servers, reason: 'privileged-port' })
      continue
    }
    const draft = byName.get(name) ?? { name, binds, port, chains: [], servers: [] }
    byName.set(name, draft)
    appendAll(draft.servers, servers)
    appendAll(draft.chains, chains.of(slot))
  }
  return { drafts: [...byName.values()], unbindable }
}

function clashesOf({ name, chains }: Draft): readonly ChainClash[] {
  const byMatch = new Map<string, GatewayChain>()
  const clashes: ChainClash[] = []
  for (const chain of chains) {
    const names = effectiveServerNames(chain.serverNames)
    for (const serverName of names.length === 0 ? [''] : new Set(names)) {
      const key = `${serverName} ${chain.applicationProtocols.join(' ')}`
      const first = byMatch.get(key)
      if (!first) byMatch.set(key, chain)
      else if (first !== chain) {
        clashes.push({ listener: name, first, second: chain })
        break
      }
    }
  }
  return clashes
}

function planListener(
  view: ProxyView,
  { name, binds, port, chains, servers }: Draft,
  extensions: ExtensionsPlan | undefined,
): GatewayListenerPlan {
  const firstHttp = chains.find(({ kind }) => kind === 'http')
  const planned = chains.map((chain) => ({
    chain,
    serverNames: effectiveServerNames(chain.serverNames),
    tls: chain.terminatesTls ? serverTls(chain.server, view) : undefined,
    extensions: extensions?.of('CLIENT', chain.kind === 'http' ? port : chain.to.port),
    isFirstHttp: chain === firstHttp,
  }))
  return {
    name,
    binds,
    port,
    chains: planned,
    inspectsTls: planned.some(({ chain, tls }) => chain.serverNames.length > 0 || tls !== undefined),
    origins: servers.map((server) => serverOrigin(server, WHY.server)),
  }
}

/**
 * Plans the listeners of a router.
 * @param extensions of the router; undefined for none
 */
export function planGatewayListeners(
  view: ProxyView,
  merged: MergedGateways,
  extensions?: ExtensionsPlan,
): GatewayListenersPlan {
  const chains = new GatewayChains(view, new BoundVirtualServices(view))
  const { drafts, unbindable } = draftListeners(view, merged.slots, chains)
  const empty = drafts.filter((draft) => draft.chains.length === 0)
  return {
    listeners: drafts.filter((draft) => draft.chains.length > 0).map((draft) => planListener(view, draft, extensions)),
    omitted: [...unbindable, ...empty.map(({ name, servers }) => ({ name, servers, reason: 'no-chains' }) as const)],
    skippedMatches: chains.skipped,
    clashes: drafts.flatMap(clashesOf),
  }
}
