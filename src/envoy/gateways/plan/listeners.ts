/** Listeners of routers: which there are, and how they are written (core/gateway.go, core/listener.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { parseGoBool } from '../../../common/go-bool.ts'
import { listenerName } from '../../../common/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { filterSettings } from '../../filters/plan/settings.ts'
import { limit } from '../../filters/write/connection-settings.ts'
import { LISTENER_FILTERS, TCP_METADATA_EXCHANGE } from '../../filters/write/constants.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { destinationFilters } from '../../filters/write/network.ts'
import { type ProxyFilters, proxyFilters } from '../../filters/write/proxy-filters.ts'
import { address, compact, type Extension } from '../../json.ts'
import { WILDCARDS } from '../../listeners/plan/binding.ts'
import { additionalAddresses } from '../../listeners/write/additional-addresses.ts'
import type { ListenerFact } from '../../listeners/write/fact.ts'
import type { FilterChain, FilterChainMatch, ListenerFilter } from '../../listeners/write/resource.ts'
import type { TransportSocket } from '../../tls/downstream.ts'
import { type ManagerOptions, managerOptions } from '../write/connection-manager.ts'
import { type ServerTlsContext, serverTls, serverTlsContext } from '../write/server-tls.ts'
import { BoundVirtualServices } from './bound-virtual-services.ts'
import { type GatewayChain, GatewayChains, type SkippedMatch, serverOrigin } from './chains.ts'
import type { MergedGateways, ServerSlot } from './merge.ts'
import type { GatewayServer } from './servers.ts'
import { WHY } from './why.ts'

/** Chains of one listener that match the same connections: Envoy rejects the listener. */
export interface ChainClash {
  readonly listener: string
  readonly first: GatewayChain
  readonly second: GatewayChain
}

/** A listener that nothing would go through. */
export interface OmittedListener {
  readonly name: string
  readonly servers: readonly GatewayServer[]
  readonly reason: 'no-chains' | 'privileged-port'
}

export interface GatewayListeners {
  readonly listeners: readonly ListenerFact[]
  readonly omitted: readonly OmittedListener[]
  readonly skippedMatches: readonly SkippedMatch[]
  readonly clashes: readonly ChainClash[]
}

/** A listener before it is written: slots of the same address and port share it. */
interface ListenerPlan {
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

/** The name of the listener that a slot is served by. */
export const listenerOfSlot = ({ bind, port }: ServerSlot, view: ProxyView): string =>
  listenerName(bindsOf(bind, view)[0] ?? '', port)

interface Plans {
  readonly plans: readonly ListenerPlan[]
  readonly unbindable: readonly OmittedListener[]
}

function planListeners(view: ProxyView, slots: readonly ServerSlot[], chains: GatewayChains): Plans {
  const unprivileged = parseGoBool(view.proxy.metadata.get('UNPRIVILEGED_POD') ?? '') ?? false
  const byName = new Map<string, ListenerPlan>()
  const unbindable: OmittedListener[] = []
  for (const slot of slots) {
    const { port, servers } = slot
    const binds = bindsOf(slot.bind, view)
    const name = listenerOfSlot(slot, view)
    if (unprivileged && port <= LAST_PRIVILEGED_PORT) {
      unbindable.push({ name, servers, reason: 'privileged-port' })
      continue
    }
    const plan = byName.get(name) ?? { name, binds, port, chains: [], servers: [] }
    byName.set(name, plan)
    plan.servers.push(...servers)
    for (const chain of chains.of(slot)) plan.chains.push(chain)
  }
  return { plans: [...byName.values()], unbindable }
}

function clashesOf({ name, chains }: ListenerPlan): readonly ChainClash[] {
  const byMatch = new Map<string, GatewayChain>()
  const clashes: ChainClash[] = []
  for (const chain of chains) {
    const { serverNames, applicationProtocols } = chain
    const names = serverNames.length === 0 || serverNames.includes('*') ? [''] : new Set(serverNames)
    for (const serverName of names) {
      const key = `${serverName} ${applicationProtocols.join(' ')}`
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

// ---- transcription ----

function chainMatch({ serverNames, applicationProtocols }: GatewayChain): FilterChainMatch | undefined {
  const named = serverNames.length > 0 && !serverNames.includes('*')
  if (!named && applicationProtocols.length === 0) return undefined
  return {
    ...(applicationProtocols.length > 0 && { applicationProtocols }),
    ...(named && { serverNames: [...serverNames].sort(compareBytes) }),
  }
}

/** Writes the listeners of one router. */
class Transcriber {
  readonly #shared: ProxyFilters
  readonly #tls: ServerTlsContext
  readonly #manager: ManagerOptions
  readonly #proxyProtocol: boolean
  readonly #bufferLimit: number | undefined
  readonly #exactBalance: boolean

  constructor(view: ProxyView) {
    const { config, metadata } = view.proxy
    this.#shared = proxyFilters(filterSettings(view))
    this.#tls = serverTlsContext(view)
    this.#manager = managerOptions(view)
    this.#proxyProtocol = config.gatewayTopology?.proxyProtocol !== undefined
    this.#bufferLimit = limit(this.#shared.settings.connections?.listenerPerConnectionBufferLimitBytes)
    this.#exactBalance = parseGoBool(metadata.get('OUTBOUND_LISTENER_EXACT_BALANCE') ?? '') ?? false
  }

  listener({ name, binds, port, chains, servers }: ListenerPlan): ListenerFact {
    const sockets = chains.map((chain) => this.#socket(chain))
    const filterChains = chains.map((chain, index) => this.#chain(chain, name, sockets[index]))
    const inspectsTls = chains.some((chain, index) => chain.serverNames.length > 0 || sockets[index] !== undefined)
    const resource = compact({
      name,
      address: address(binds[0] ?? '', port),
      additionalAddresses: additionalAddresses(binds, port),
      trafficDirection: 'OUTBOUND' as const,
      maxConnectionsToAcceptPerSocketEvent: this.#shared.settings.maxConnectionsPerSocketEvent,
      listenerFilters: this.#listenerFilters(inspectsTls),
      filterChains,
      accessLog: this.#shared.listenerAccessLog,
      perConnectionBufferLimitBytes: this.#bufferLimit,
      connectionBalanceConfig: this.#exactBalance ? { exactBalance: {} } : undefined,
    })
    const origins = servers.map((server) => serverOrigin(server, WHY.server))
    return { resource, origins, chains: chains.map((chain) => chain.origins) }
  }

  #listenerFilters(inspectsTls: boolean): readonly ListenerFilter[] | undefined {
    const filters: ListenerFilter[] = []
    if (this.#proxyProtocol) filters.push(LISTENER_FILTERS.proxyProtocol)
    if (inspectsTls) filters.push(LISTENER_FILTERS.tlsInspector)
    return filters.length > 0 ? filters : undefined
  }

  #socket({ terminatesTls, server }: GatewayChain): TransportSocket | undefined {
    return terminatesTls ? serverTls(server, this.#tls) : undefined
  }

  #chain(chain: GatewayChain, name: string, transportSocket: TransportSocket | undefined): FilterChain {
    return compact({
      filterChainMatch: chainMatch(chain),
      filters: this.#filters(chain, name),
      transportSocket,
      transportSocketConnectTimeout: this.#shared.transportSocketConnectTimeout,
    })
  }

  #filters(chain: GatewayChain, name: string): readonly Extension[] {
    if (chain.kind === 'tcp') {
      const filters = destinationFilters(this.#shared, 'gateway', chain.to)
      return chain.exchangesMetadata ? [TCP_METADATA_EXCHANGE, ...filters] : filters
    }
    return [
      httpConnectionManager(this.#shared, {
        traffic: 'gateway',
        statPrefix: chain.statPrefix || `outbound_${name};`,
        routes: { name: chain.routeName },
        grpcWeb: chain.protocol === 'GRPC-Web',
        ...this.#manager,
      }),
    ]
  }
}

/** What a router listens on. */
export function buildGatewayListeners(view: ProxyView, merged: MergedGateways): GatewayListeners {
  const chains = new GatewayChains(view, new BoundVirtualServices(view))
  const { plans, unbindable } = planListeners(view, merged.slots, chains)
  const transcriber = new Transcriber(view)
  const empty = plans.filter((plan) => plan.chains.length === 0)
  return {
    listeners: plans.filter((plan) => plan.chains.length > 0).map((plan) => transcriber.listener(plan)),
    omitted: [...unbindable, ...empty.map(({ name, servers }) => ({ name, servers, reason: 'no-chains' }) as const)],
    skippedMatches: chains.skipped,
    clashes: plans.flatMap(clashesOf),
  }
}
