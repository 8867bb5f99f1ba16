import type { Location } from '../sources/location.ts'

/** What a generated resource came from, and the rule that made it so. */
export interface Origin {
  /** `ServiceEntry default/db`, `mesh configuration`. */
  readonly what: string
  readonly location: Location | undefined
  /** The deciding rule, in a sentence without a full stop. */
  readonly why: string
}

/** A generated resource together with its origins; the resource itself holds only what Envoy receives. */
export interface Explained<R> {
  readonly resource: R
  readonly origins: readonly Origin[]
}
