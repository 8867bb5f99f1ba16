/** The columns of the table of behaviours. */
import type { Lifetime } from './lifetime.ts'

/** The part of the output that a behaviour changes. */
export type Touches = 'allocation' | 'validation' | 'nds' | 'dns' | 'lds' | 'cds' | 'eds' | 'rds'

/** A variable in istiod's environment that turns a behaviour on or off. */
export interface Setting {
  readonly variable: string
  /** The value that turns the behaviour on. */
  readonly on: boolean
}

/** Something that istiod does by default in certain releases, and that a setting may turn on or off. */
export interface Behaviour extends Lifetime {
  /** One sentence: what istiod does. */
  readonly does: string
  readonly touches: readonly Touches[]
  readonly setting?: Setting
  /** What an upgrade that brings the change means for a user, and what to do about it. */
  readonly upgrade: string
  /** Pull requests in istio/istio. */
  readonly source: string
}
