/** Service ports that lose their listener in the merge. */

import type { SidecarResource } from '../../../kinds/index.ts'
import type { Resource } from '../../../kinds/resource.ts'
import { type Port, portLocation, type Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Location } from '../../../sources/location.ts'

/** The rules by which a service loses its place in a listener. */
export type ConflictRule =
  /** MongoDB and MySQL servers send first, so their ports are not shared with another protocol. */
  | 'server-first'
  /** A filter chain with the same match already exists. */
  | 'same-match'
  /** HTTP on this listener is routed to another service only. */
  | 'sniffed-http'
  /** The listener already detects protocols for another service, and this istiod does not add TCP of a second one. */
  | 'sniffed-first'
  /** A Sidecar's egress listener with its own port excludes services of the catch-all listener. */
  | 'locked'
  /** A later service replaced the listener. */
  | 'replaced'
  /** Services with different protocols have the same workload port; the oldest one's protocol applies. */
  | 'inbound-protocol'

/** One side of a conflict: an object with its host and port. */
export interface ConflictParty {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** '' for a Sidecar. */
  readonly host: string
  readonly port: number
  readonly location: Location
  /** The object itself. */
  readonly resource: Resource
}

export interface ListenerConflict {
  /** The listener's name, such as `0.0.0.0_3306`. */
  readonly listener: string
  readonly bind: string
  readonly port: number
  readonly rule: ConflictRule
  /** Creation times do not show which is older; the reference's tie-break decided. */
  readonly orderAssumed: boolean
  /** Other chains of this listener still lead to the losers, so they lose only part of their traffic. */
  readonly partial: boolean
  readonly winner: ConflictParty
  readonly losers: readonly ConflictParty[]
}

/** Why a service port has no listener, other than a conflict. */
export type SkipReason =
  /** A status or redirection port of the proxy. */
  | 'reserved-port'
  /** Below 1024, in an unprivileged pod. */
  | 'privileged-port'
  /** Headless without an endpoint to listen for. */
  | 'headless-without-endpoints'
  /** ExternalName: an alias of another service. */
  | 'alias'
  | 'udp'

export interface SkippedPort {
  readonly service: Service
  readonly port: Port
  readonly reason: SkipReason
}

/** A service port that needs a listener. */
export interface PortRef {
  readonly service: Service
  readonly port: Port
}

export type Winner = PortRef | { readonly sidecar: SidecarResource; readonly egressIndex: number; readonly port: Port }

export function partyOf(ref: Winner): ConflictParty {
  const { port } = ref
  if ('sidecar' in ref) {
    const { kind, meta, location } = ref.sidecar
    const { namespace, name } = meta
    const place = location.child('spec', 'egress', ref.egressIndex)
    return { kind, namespace, name, host: '', port: port.number, location: place, resource: ref.sidecar }
  }
  const { source, hostname } = ref.service
  const { namespace, name } = source.meta
  const location = portLocation(ref.service, port.number)
  return { kind: source.kind, namespace, name, host: hostname, port: port.number, location, resource: source }
}

export interface Loss {
  readonly listener: string
  readonly bind: string
  readonly rule: ConflictRule
  readonly partial: boolean
  readonly winner: Winner
  readonly loser: PortRef
}

type MutableConflict = Omit<ListenerConflict, 'losers'> & { readonly losers: ConflictParty[] }

/** Collects losses; those with the same winner, rule and listener are one conflict. */
export class ConflictLog {
  readonly #view: ProxyView
  readonly #conflicts: MutableConflict[] = []
  readonly #byWinner = new Map<Winner, MutableConflict[]>()

  constructor(view: ProxyView) {
    this.#view = view
  }

  get conflicts(): readonly ListenerConflict[] {
    return this.#conflicts
  }

  add(loss: Loss): void {
    const orderAssumed = this.#isAssumed(loss)
    const known = this.#byWinner.get(loss.winner) ?? []
    this.#byWinner.set(loss.winner, known)
    const same = known.find(
      (conflict) =>
        conflict.listener === loss.listener &&
        conflict.rule === loss.rule &&
        conflict.partial === loss.partial &&
        conflict.orderAssumed === orderAssumed,
    )
    const conflict = same ?? this.#begin(loss, orderAssumed, known)
    conflict.losers.push(partyOf(loss.loser))
  }

  #begin(loss: Loss, orderAssumed: boolean, known: MutableConflict[]): MutableConflict {
    const { listener, bind, rule, partial, winner } = loss
    const port = winner.port.number
    const conflict = { listener, bind, port, rule, orderAssumed, partial, winner: partyOf(winner), losers: [] }
    known.push(conflict)
    this.#conflicts.push(conflict)
    return conflict
  }

  /** Creation times decide between services of the same visibility; if they are equal, the order is assumed. */
  #isAssumed({ rule, winner, loser }: Loss): boolean {
    if ('sidecar' in winner || rule === 'locked') return false
    const [a, b] = [winner.service, loser.service]
    if (a.source === b.source || this.#isPublic(a) !== this.#isPublic(b)) return false
    return a.creationTime === 0 || b.creationTime === 0 || a.creationTime === b.creationTime
  }

  #isPublic(service: Service): boolean {
    if (service.exportTo.size > 0) return service.exportTo.has('*')
    const { defaultServiceExportTo } = this.#view.registry.snapshot.mesh
    return defaultServiceExportTo.length === 0 || defaultServiceExportTo.includes('*')
  }
}
