/** Merges service ports with the same address and port (core/listener.go buildSidecarOutboundListener). */

import { listenerName } from '../../../common/names.ts'
import { isHttp, isTcp, type Protocol } from '../../../registry/protocol.ts'
import type { Port } from '../../../registry/service.ts'
import type { Features } from '../../../resources/mesh/features.ts'
import type { Origin } from '../../explained.ts'
import { type Chain, signatureOf } from './chains.ts'
import type { ConflictLog, ConflictRule, PortRef, Winner } from './conflicts.ts'
import { ServiceOrigin, WHY } from './origins.ts'

/** A listener under construction. */
export class ListenerEntry {
  readonly name: string
  readonly binds: readonly string[]
  readonly bindToPort: boolean
  /** The port of the listener. */
  readonly port: Port
  /** `Unsupported` once the proxy has to detect the protocol. */
  protocol: Protocol
  readonly owner: PortRef
  readonly chains: Chain[]
  /** Chains by match; built when a second service is added. */
  bySignature: Map<string, Chain> | undefined
  /** The members; undefined while there is only the owner, as in most listeners. */
  #members: PortRef[] | undefined
  /** Its HTTP chain uses the routes of the port, which include every service. */
  sharesRoutes: boolean
  /** The Sidecar listener with its own port that created it. */
  readonly explicit: Winner | undefined
  /** Hosts of `members`; built when a service is added to a locked listener. */
  memberHosts: Set<string> | undefined
  locked = false

  constructor(newcomer: Newcomer, chains: Chain[]) {
    const { name, binds, bindToPort, port, owner, explicit, onWildcard } = newcomer
    const declared = kindOf(port.protocol)
    const sniffs = declared === 'http' && port.protocol !== 'HTTP_PROXY' && onWildcard
    this.name = name
    this.binds = binds
    this.bindToPort = bindToPort
    this.port = port
    this.protocol = sniffs ? 'Unsupported' : port.protocol
    this.owner = owner
    this.chains = chains
    this.sharesRoutes = declared === 'http' || (declared === 'auto' && onWildcard)
    this.explicit = explicit
  }

  /** Services that it leads to by chains or shared routes, including the first one. */
  get members(): readonly PortRef[] {
    return this.#members ?? [this.owner]
  }

  join(member: PortRef): void {
    this.#members ??= [this.owner]
    this.#members.push(member)
  }

  /** Members that it has from a replaced listener are no reason for it. */
  get origins(): readonly Origin[] {
    return this.members.filter((member) => member instanceof ServiceOrigin)
  }
}

/** A service port that needs chains in the listener of this name. */
export interface Newcomer {
  readonly name: string
  readonly binds: readonly string[]
  readonly bindToPort: boolean
  readonly port: Port
  /** With the reason for the place. */
  readonly owner: ServiceOrigin
  readonly explicit: Winner | undefined
  readonly onWildcard: boolean
  tcpChains(): Chain[]
  httpChain(): Chain
}

/** The protocol classes that decide how services are merged. */
type Kind = 'http' | 'tcp' | 'auto'

type Action =
  /** The shared routes serve the newcomer. */
  | 'share'
  /** Its chains with new matches are added. */
  | 'merge'
  /** As `merge`, and the proxy now detects protocols. */
  | 'merge-and-sniff'
  /** Only its TCP chains are added. */
  | 'merge-tcp'
  /** Nothing is added; only what the routes serve works. */
  | 'keep'
  /** The entry is replaced with everything in it. */
  | 'replace'

/** By the kinds of the newcomer and the listener. */
type Actions = Readonly<Record<Kind, Readonly<Record<Kind, Action>>>>

const ACTIONS: Actions = {
  http: { http: 'share', auto: 'share', tcp: 'merge-and-sniff' },
  tcp: { http: 'merge-and-sniff', tcp: 'merge', auto: 'merge' },
  auto: { http: 'replace', tcp: 'merge-and-sniff', auto: 'merge-tcp' },
}
const ACTIONS_WITHOUT_SNIFFED_MERGE: Actions = { ...ACTIONS, auto: { ...ACTIONS.auto, auto: 'keep' } }

function kindOf(protocol: Protocol): Kind {
  if (isHttp(protocol)) return 'http'
  return isTcp(protocol) ? 'tcp' : 'auto'
}

/** Their servers send first, so protocol detection would wait forever. */
const SERVER_FIRST: ReadonlySet<Protocol> = new Set<Protocol>(['Mongo', 'MySQL'])

function guards(incoming: Protocol, existing: Protocol): boolean {
  return incoming !== existing && (SERVER_FIRST.has(incoming) || SERVER_FIRST.has(existing))
}

const sameHostAndPort = (a: PortRef, b: PortRef): boolean =>
  a.service.hostname === b.service.hostname && a.port.number === b.port.number

/** Whether both chains have the same cluster or route, so that dropping the second one loses nothing. */
function leadsToTheSame(a: Chain, b: Chain): boolean {
  if (a.kind === 'tcp' && b.kind === 'tcp' && a.route !== undefined) return a.route === b.route
  return sameHostAndPort(a.owner, b.owner)
}

/** The initial chains are all of one service, so it does not matter which of two equal ones is kept. */
function chainsBySignature(entry: ListenerEntry): Map<string, Chain> {
  entry.bySignature ??= new Map(entry.chains.map((chain) => [signatureOf(chain.match), chain]))
  return entry.bySignature
}

/** The outbound listeners of one proxy by name. First come, first served. */
export class ListenerMap {
  readonly #entries = new Map<string, ListenerEntry>()
  readonly #log: ConflictLog
  readonly #actions: Actions

  constructor(log: ConflictLog, features: Features) {
    this.#log = log
    this.#actions = features.has('auto-detected-ports-merge') ? ACTIONS : ACTIONS_WITHOUT_SNIFFED_MERGE
  }

  get entries(): Iterable<ListenerEntry> {
    return this.#entries.values()
  }

  /** Prevents adding services to the existing listeners. */
  lockAll(): void {
    for (const entry of this.#entries.values()) entry.locked = true
  }

  static nameOf(binds: readonly string[], port: number): string {
    return listenerName(binds[0] ?? '', port)
  }

  /** Adds a service port, by the rules for an existing listener. */
  add(newcomer: Newcomer): void {
    const entry = this.#entries.get(newcomer.name)
    const { protocol } = newcomer.port
    if (entry?.locked) this.#turnAway(entry, newcomer)
    else if (protocol === 'HTTP_PROXY') this.#replace(entry, newcomer, [newcomer.httpChain()], true)
    else if (!entry) this.#create(newcomer, this.#chainsOf(newcomer))
    else this.#meet(entry, newcomer)
  }

  #chainsOf(newcomer: Newcomer): Chain[] {
    const kind = kindOf(newcomer.port.protocol)
    if (kind === 'http') return [newcomer.httpChain()]
    const tcp = newcomer.tcpChains()
    return kind === 'tcp' ? tcp : [...tcp, newcomer.httpChain()]
  }

  #meet(entry: ListenerEntry, newcomer: Newcomer): void {
    const incoming = newcomer.port.protocol
    const action = this.#actions[kindOf(incoming)][kindOf(entry.protocol)]
    if (action === 'share') this.#share(entry, newcomer)
    else if (action === 'keep') this.#keep(entry, newcomer)
    else if (guards(incoming, entry.protocol)) this.#lose(entry, newcomer, 'server-first', entry.owner, false)
    else if (action === 'replace') this.#replace(entry, newcomer, this.#chainsOf(newcomer), false)
    else if (action === 'merge-tcp') this.#merge(entry, newcomer, newcomer.tcpChains())
    else this.#merge(entry, newcomer, this.#chainsOf(newcomer))
    if (action === 'merge-and-sniff' && !guards(incoming, entry.protocol)) entry.protocol = 'Unsupported'
  }

  #create(newcomer: Newcomer, chains: Chain[]): void {
    this.#entries.set(newcomer.name, new ListenerEntry(newcomer, chains))
  }

  #join(entry: ListenerEntry, { owner }: Newcomer, why = owner.why): void {
    entry.join(why === owner.why ? owner : new ServiceOrigin(owner.service, owner.port, why))
  }

  #share(entry: ListenerEntry, newcomer: Newcomer): void {
    if (entry.sharesRoutes) this.#join(entry, newcomer, WHY.shared)
    else if (!sameHostAndPort(entry.owner, newcomer.owner)) {
      this.#lose(entry, newcomer, 'sniffed-http', entry.owner, false)
    }
  }

  /** The port's routes serve the newcomer's HTTP, but its TCP is lost. */
  #keep(entry: ListenerEntry, newcomer: Newcomer): void {
    const reached = this.#reachedByRoutes(entry, newcomer)
    if (reached) this.#join(entry, newcomer, WHY.shared)
    const bySignature = chainsBySignature(entry)
    const winners = new Map<PortRef, ConflictRule>()
    for (const chain of newcomer.tcpChains()) {
      const existing = bySignature.get(signatureOf(chain.match))
      if (existing) {
        if (!leadsToTheSame(existing, chain)) winners.set(existing.owner, 'same-match')
      } else if (!sameHostAndPort(entry.owner, newcomer.owner)) winners.set(entry.owner, 'sniffed-first')
    }
    for (const [owner, rule] of winners) this.#lose(entry, newcomer, rule, owner, reached)
  }

  /** Adds chains with new matches, and records which chains lost. */
  #merge(entry: ListenerEntry, newcomer: Newcomer, chains: readonly Chain[]): void {
    const dropped: Chain[] = []
    const bySignature = chainsBySignature(entry)
    let added = false
    for (const chain of chains) {
      const signature = signatureOf(chain.match)
      const existing = bySignature.get(signature)
      if (existing) {
        if (!leadsToTheSame(existing, chain) && !this.#sharedHttp(entry, chain)) dropped.push(existing)
        continue
      }
      bySignature.set(signature, chain)
      entry.chains.push(chain)
      added = true
      if (chain.kind === 'http') entry.sharesRoutes ||= newcomer.onWildcard || kindOf(newcomer.port.protocol) === 'http'
    }
    const reached = added || this.#reachedByRoutes(entry, newcomer)
    if (reached) this.#join(entry, newcomer)
    for (const owner of new Set(dropped.map((chain) => chain.owner))) {
      this.#lose(entry, newcomer, 'same-match', owner, reached)
    }
  }

  #sharedHttp(entry: ListenerEntry, chain: Chain): boolean {
    return chain.kind === 'http' && entry.sharesRoutes
  }

  /** A newcomer with detected protocol that loses TCP may still have HTTP through the port's routes. */
  #reachedByRoutes(entry: ListenerEntry, newcomer: Newcomer): boolean {
    return entry.sharesRoutes && kindOf(newcomer.port.protocol) !== 'tcp'
  }

  #replace(entry: ListenerEntry | undefined, newcomer: Newcomer, chains: Chain[], keepsHttp: boolean): void {
    if (entry) {
      for (const member of entry.members) {
        const carried = keepsHttp && kindOf(member.port.protocol) !== 'tcp'
        if (carried || sameHostAndPort(member, newcomer.owner)) continue
        this.#log.add({
          ...this.#place(entry),
          rule: 'replaced',
          partial: false,
          winner: newcomer.owner,
          loser: member,
        })
      }
    }
    this.#create(newcomer, chains)
    const created = this.#entries.get(newcomer.name)
    if (entry && created && keepsHttp) this.#carryOver(entry, created)
  }

  /** HTTP services of a replaced listener stay reachable through the port's routes. */
  #carryOver(from: ListenerEntry, to: ListenerEntry): void {
    for (const { service, port } of from.members) {
      if (kindOf(port.protocol) !== 'tcp') to.join({ service, port })
    }
  }

  #turnAway(entry: ListenerEntry, newcomer: Newcomer): void {
    entry.memberHosts ??= new Set(entry.members.map((member) => member.service.hostname))
    if (entry.memberHosts.has(newcomer.owner.service.hostname)) return
    this.#lose(entry, newcomer, 'locked', entry.explicit ?? entry.owner, false)
  }

  #place(entry: ListenerEntry): { listener: string; bind: string } {
    return { listener: entry.name, bind: entry.binds[0] ?? '' }
  }

  #lose(entry: ListenerEntry, newcomer: Newcomer, rule: ConflictRule, winner: Winner, partial: boolean): void {
    this.#log.add({ ...this.#place(entry), rule, partial, winner, loser: newcomer.owner })
  }
}
