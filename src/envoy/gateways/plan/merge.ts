/** Merges a router's servers by port; earlier ones win (pilot/pkg/model/gateway.go mergeGateways). */

import { append } from '../../../common/collections.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type GatewaySelection, type GatewayServer, isTlsServer, selectGateways, serversOf } from './servers.ts'

/** Servers with the same port, protocol and bind address. */
export interface ServerSlot {
  /** The port of the listener. */
  readonly port: number
  readonly bind: string
  /** For plain HTTP. */
  readonly routeName: string
  /** In order; the first one's protocol applies to the slot. */
  readonly servers: readonly GatewayServer[]
}

export type DropReason = 'duplicate-tls-host' | 'protocol-conflict' | 'duplicate-route-name'

/** A server that is dropped in favour of another one. */
export interface DroppedServer {
  readonly server: GatewayServer
  readonly winner: GatewayServer
  readonly reason: DropReason
  /** The hosts that the winner already has, for `duplicate-tls-host`. */
  readonly hosts: readonly string[]
}

/** The result of merging. */
export interface MergedGateways extends GatewaySelection {
  /** In listener order; a replaced slot appears twice. */
  readonly slots: readonly ServerSlot[]
  readonly serversByRoute: ReadonlyMap<string, readonly GatewayServer[]>
  readonly dropped: readonly DroppedServer[]
  /** Whether other gateways send mTLS connections for clusters here. */
  readonly autoPassthrough: boolean
}

interface MutableSlot extends ServerSlot {
  servers: GatewayServer[]
}

/** The servers of one port. */
interface PortState {
  used: boolean
  /** The slot of the last plain-text server. */
  plain: MutableSlot | undefined
  /** The latest server with a TLS host; servers with other bind addresses do not conflict. */
  readonly tlsHosts: Map<string, GatewayServer>
  /** Bind addresses of servers that follow a TLS server. */
  readonly bindsAfterTls: Set<string>
}

class Merger {
  readonly slots: string[] = []
  readonly bySlot = new Map<string, MutableSlot>()
  readonly serversByRoute = new Map<string, GatewayServer[]>()
  readonly dropped: DroppedServer[] = []
  autoPassthrough = false
  readonly #ports = new Map<number, PortState>()
  readonly #keepsBindsApart: boolean

  /** @param keepsBindsApart whether plain-text servers with different bind addresses are independent */
  constructor(keepsBindsApart: boolean) {
    this.#keepsBindsApart = keepsBindsApart
  }

  add(server: GatewayServer): void {
    const state = this.#stateOf(server.resolvedPort)
    if (server.spec.tls && !this.#takeHosts(server, state)) return
    if (server.spec.tls?.mode === 'AUTO_PASSTHROUGH') this.autoPassthrough = true
    if (!state.used) this.#createSlot(server, state)
    else if (state.plain) this.#addBesidePlain(server, state, state.plain)
    else if (isTlsServer(server)) this.#addTls(server, state)
    else if (this.#keepsBindsApart) this.#createSlot(server, state)
    else this.#addPlainAfterTls(server, state)
    state.used = true
  }

  #stateOf(port: number): PortState {
    let state = this.#ports.get(port)
    if (!state) {
      state = { used: false, plain: undefined, tlsHosts: new Map(), bindsAfterTls: new Set() }
      this.#ports.set(port, state)
    }
    return state
  }

  #drop(server: GatewayServer, winner: GatewayServer, reason: DropReason, hosts: readonly string[] = []): void {
    this.dropped.push({ server, winner, reason, hosts })
  }

  /** @returns false when an earlier server with the same bind address has one of the hosts */
  #takeHosts(server: GatewayServer, { tlsHosts }: PortState): boolean {
    const taken = server.hosts.filter((host) => tlsHosts.get(host)?.spec.bind === server.spec.bind)
    const winner = taken.map((host) => tlsHosts.get(host))[0]
    if (winner) {
      this.#drop(server, winner, 'duplicate-tls-host', taken)
      return false
    }
    for (const host of server.hosts) tlsHosts.set(host, server)
    return true
  }

  #keyOf({ resolvedPort, port, spec }: GatewayServer): string {
    return JSON.stringify([resolvedPort, port.protocol, spec.bind])
  }

  /** Replaces an existing slot with the same key, at its position. */
  #createSlot(server: GatewayServer, state?: PortState): void {
    const slot = this.#newSlot(server)
    if (state && !isTlsServer(server)) state.plain = slot
    if (server.routeName !== '') this.serversByRoute.set(server.routeName, [server])
  }

  #newSlot(server: GatewayServer, routeName = server.routeName): MutableSlot {
    const slot: MutableSlot = { port: server.resolvedPort, bind: server.spec.bind, routeName, servers: [server] }
    const key = this.#keyOf(server)
    this.bySlot.set(key, slot)
    this.slots.push(key)
    return slot
  }

  #join(server: GatewayServer, slot: MutableSlot): void {
    slot.servers.push(server)
    if (server.routeName === '') return
    append(this.serversByRoute, server.routeName, server)
  }

  #addBesidePlain(server: GatewayServer, state: PortState, plain: MutableSlot): void {
    const [first] = plain.servers
    if (plain.bind !== server.spec.bind) {
      const slot = this.bySlot.get(this.#keyOf(server))
      if (slot) this.#join(server, slot)
      else if (this.#keepsBindsApart) this.#createSlot(server, state)
      else {
        this.#newSlot(server)
        if (server.routeName !== '') append(this.serversByRoute, server.routeName, server)
      }
    } else if (server.kind === 'http' && first?.kind === 'http') this.#join(server, plain)
    else if (first) this.#drop(server, first, 'protocol-conflict')
  }

  /**
   * As in the reference, requests find no routes here, and a second server of a bind address is dropped.
   */
  #addPlainAfterTls(server: GatewayServer, state: PortState): void {
    const [sameRoute] = this.serversByRoute.get(server.routeName) ?? []
    if (sameRoute && server.kind === 'http') {
      this.#drop(server, sameRoute, 'duplicate-route-name')
      return
    }
    if (server.kind === 'http') this.serversByRoute.set(server.routeName, [server])
    const slot = this.bySlot.get(this.#keyOf(server))
    const [first] = slot?.servers ?? this.#serversOn(server)
    if (state.bindsAfterTls.has(server.spec.bind) && !server.spec.tls && first) {
      this.#drop(server, first, 'protocol-conflict')
      return
    }
    state.bindsAfterTls.add(server.spec.bind)
    if (slot) slot.servers.push(server)
    else this.#newSlot(server, '')
  }

  #serversOn({ resolvedPort }: GatewayServer): readonly GatewayServer[] {
    return [...this.bySlot.values()].filter(({ port }) => port === resolvedPort).flatMap(({ servers }) => servers)
  }

  #addTls(server: GatewayServer, state: PortState): void {
    const [winner] = this.serversByRoute.get(server.routeName) ?? []
    if (winner && server.kind === 'https') {
      this.#drop(server, winner, 'duplicate-route-name')
      return
    }
    state.bindsAfterTls.add(server.spec.bind)
    const slot = this.bySlot.get(this.#keyOf(server))
    if (slot) this.#join(server, slot)
    else this.#createSlot(server)
  }
}

/** Merges the servers of all Gateways that select the router. */
export function mergeGateways(view: ProxyView): MergedGateways {
  const selection = selectGateways(view)
  const merger = new Merger(view.registry.snapshot.features.has('gateway-binds-apart'))
  for (const server of serversOf(selection.selected, view)) merger.add(server)
  const { dropped, serversByRoute, autoPassthrough } = merger
  const slots = merger.slots.flatMap((key) => merger.bySlot.get(key) ?? [])
  return { ...selection, slots, serversByRoute, dropped, autoPassthrough }
}
