import type { SourceObject } from './place.ts'
import type { IstioRelease } from './release.ts'

/** A port of a host, with the object that states it. */
export interface ConflictParty extends SourceObject {
  readonly host: string
  readonly port: number
}

/** A change of manifests that ends a conflict, proven by computing the mesh again. */
export interface ConflictFix {
  readonly title: string
  /** YAML: one merge patch for each object, with comments that explain how to use it. */
  readonly change: string
}

/** A listener that several ports want. */
export interface Conflict {
  /** The listener's name, such as `0.0.0.0_3306`. */
  readonly listener: string
  readonly port: number
  /** Why the winner keeps the others out; the page of `vipctl conflicts` explains each rule. */
  readonly rule:
    | 'same-match'
    | 'server-first'
    | 'sniffed-http'
    | 'sniffed-first'
    | 'locked'
    | 'replaced'
    | 'inbound-protocol'
  /** Manifests do not state which of the objects is older, so that names decided. */
  readonly orderAssumed: boolean
  readonly winner: ConflictParty
  /** The ports to which no listener and no route leads. */
  readonly losers: readonly ConflictParty[]
  readonly fixes: readonly ConflictFix[]
}

/** A port that cannot be reached, although it did not lose to another port. */
export interface PortWithoutListener extends ConflictParty {
  /** A sentence without a full stop. */
  readonly reason: string
}

/** What a proxy cannot reach. */
export interface ConflictReport {
  readonly istio: IstioRelease
  readonly conflicts: readonly Conflict[]
  readonly withoutListener: readonly PortWithoutListener[]
}
