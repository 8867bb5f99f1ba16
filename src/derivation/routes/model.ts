/** What the conversion of routes works with. */

import type { Written } from '../../kinds/derived.ts'
import type { GrpcRouteResource, HttpRouteResource, TcpRouteResource, TlsRouteResource } from '../../kinds/index.ts'
import type { Location } from '../../sources/location.ts'

export type RouteResource = HttpRouteResource | GrpcRouteResource | TcpRouteResource | TlsRouteResource

/** Where a part of a route is written. A function, because few parts have problems and making all locations takes long. */
export type LocationOf = () => Location

/** Something in a route that istiod cannot use. */
export interface RouteProblem {
  /** Of the condition ResolvedRefs. */
  readonly reason: string
  /** A sentence without a full stop. */
  readonly message: string
  readonly location: Location
  /** The host of a backend that does not exist. */
  readonly missingHost?: string
}

/** A converted value, and what is wrong with a part of it that istiod leaves out. */
export interface Usable<T> {
  readonly value: T
  readonly problem?: RouteProblem | undefined
}

/** A problem that makes the route as a whole unusable. */
export class UnusableRoute extends Error {
  readonly problem: RouteProblem

  constructor(problem: RouteProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** A rule of a VirtualService, and what it is made of. */
export interface MadeRule<R> {
  readonly rule: R
  readonly from: Written
}

/** Rules that are made at their first use, because a proxy gets those of few routes. */
export type LazyRules<R> = () => readonly MadeRule<R>[]

/** What a route becomes for one sort of parents. */
export interface DerivedRules<R> {
  /** The route is unusable, or has no rules. */
  readonly isEmpty: boolean
  readonly rules: LazyRules<R>
  /** The last one. */
  readonly problem: RouteProblem | undefined
}
