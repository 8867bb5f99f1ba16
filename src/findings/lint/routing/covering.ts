/** Which routes of a virtual host take all requests that later routes match. */
import { isCatchAll, type RoutePlan } from '../../../envoy/routes/index.ts'
import type { HTTPMatchRequest } from '../../../kinds/messages/virtual-service.ts'
import type { RuleRef } from './rule-ref.ts'

/** Whether a route matches nothing but the path. */
function asksForPathAlone({ method, authority, scheme, headers, withoutHeaders, queryParams }: HTTPMatchRequest) {
  return !method && !authority && !scheme && headers.size + withoutHeaders.size + queryParams.size === 0
}

/** The common prefix of all paths that a route takes; undefined if it is not known. */
function pathStartOf({ match }: RoutePlan): string | undefined {
  if (!match || match.ignoreUriCase) return undefined
  return match.uri?.prefix ?? match.uri?.exact
}

/**
 * The routes of one virtual host in order. The cost of a lookup depends on the number of different prefix lengths, not
 * of routes. Regular expressions cover nothing here, except the one for every path.
 */
export class CoveringRoutes {
  #all: RuleRef | undefined
  readonly #byPrefix = new Map<string, RuleRef>()
  readonly #lengths = new Set<number>()

  add(route: RoutePlan, rule: RuleRef): void {
    if (isCatchAll(route)) this.#all ??= rule
    const prefix = route.match?.uri?.prefix
    if (prefix === undefined || !route.match || route.match.ignoreUriCase || !asksForPathAlone(route.match)) return
    if (!this.#byPrefix.has(prefix)) this.#byPrefix.set(prefix, rule)
    this.#lengths.add(prefix.length)
  }

  /** The earlier route that takes every request of this one. */
  of(route: RoutePlan): RuleRef | undefined {
    if (this.#all) return this.#all
    const start = pathStartOf(route)
    if (start === undefined) return undefined
    for (const length of this.#lengths) {
      const rule = length <= start.length ? this.#byPrefix.get(start.slice(0, length)) : undefined
      if (rule) return rule
    }
    return undefined
  }
}
