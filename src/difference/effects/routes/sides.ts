/** The routes of one host on one side, by their conditions. */
import type { Route } from '../../../simulation/resources.ts'
import { covers } from './overlap.ts'

/** A route with its identity: its conditions, numbered if several routes have the same. */
export interface KeyedRoute {
  readonly key: string
  readonly route: Route
}

/** A condition without a default that may be written out. */
function identityOf({ match }: Route): string {
  const { caseSensitive, ...conditions } = match
  return JSON.stringify(caseSensitive === false ? match : conditions)
}

function keyed(routes: readonly Route[]): readonly KeyedRoute[] {
  const counts = new Map<string, number>()
  return routes.map((route) => {
    const identity = identityOf(route)
    const count = counts.get(identity) ?? 0
    counts.set(identity, count + 1)
    return { key: `${count} ${identity}`, route }
  })
}

export class RouteSide {
  readonly routes: readonly KeyedRoute[]
  readonly #positions: ReadonlyMap<string, number>

  constructor(routes: readonly Route[]) {
    this.routes = keyed(routes)
    this.#positions = new Map(this.routes.map(({ key }, index) => [key, index]))
  }

  /** undefined if this side does not have the route. */
  positionOf(key: string): number | undefined {
    return this.#positions.get(key)
  }

  get(key: string): KeyedRoute | undefined {
    return this.routes[this.positionOf(key) ?? -1]
  }

  /**
   * The first route that takes every request of a route. For a route of this side that is itself, unless an earlier one
   * takes them. For one of the other side, routes that take only some of its requests are left to their own sentences.
   */
  takerOf({ route }: KeyedRoute): KeyedRoute | undefined {
    return this.routes.find((other) => covers(other.route.match, route.match))
  }
}
