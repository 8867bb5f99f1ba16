/** What a row of the table of behaviours says. */
import type { Lifetime } from './lifetime.ts'

/** What of the answer a behaviour changes. */
export type Touches = 'allocation' | 'validation' | 'nds' | 'dns' | 'lds' | 'cds' | 'eds' | 'rds'

/** A variable of istiod's environment that turns a behaviour on and off. */
export interface Setting {
  readonly variable: string
  /** The value that turns the behaviour on. */
  readonly on: boolean
}

/** Something that istiod does by itself during its lifetime, and that a setting may turn on or off. */
export interface Behaviour extends Lifetime {
  /** One sentence: what istiod does. */
  readonly does: string
  readonly touches: readonly Touches[]
  readonly setting?: Setting
  /** What a user meets when an upgrade brings the change, and what to do about it. */
  readonly upgrade: string
  /** Pull requests of istio/istio. */
  readonly source: string
}
