/** Generated resources with their origins. */
import type { Location } from '../sources/location.ts'

/** What a policy does in a filter: an enforced AuthorizationPolicy its action, a RequestAuthentication the rest. */
export type SecurityRole = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM' | 'tokens'

/** The origin of a generated resource, and the rule that applied. */
export interface Origin {
  /** `ServiceEntry default/db`, `mesh configuration`. */
  readonly what: string
  readonly location: Location | undefined
  /** The deciding rule as a sentence without a full stop. */
  readonly why: string
  /** The object does this to what the resource takes; undefined for origins that are not about security. */
  readonly role?: SecurityRole
  /** Set for settings that concern all resources alike: a table leaves them out where there is another origin. */
  readonly isGeneral?: boolean
}

/** A generated resource and its origins; the resource itself contains only what Envoy receives. */
export interface Explained<R> {
  readonly resource: R
  readonly origins: readonly Origin[]
}

/** A resource whose origins are computed on demand. */
export class LazilyExplained<R> implements Explained<R> {
  readonly resource: R
  readonly #explain: () => readonly Origin[]
  #origins: readonly Origin[] | undefined

  constructor(resource: R, explain: () => readonly Origin[]) {
    this.resource = resource
    this.#explain = explain
  }

  get origins(): readonly Origin[] {
    this.#origins ??= this.#explain()
    return this.#origins
  }
}
