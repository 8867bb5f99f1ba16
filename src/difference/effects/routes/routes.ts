/** The routes of one host before and after, matched by their conditions: which requests go elsewhere, and how. */
import { firstBy } from '../../../common/collections.ts'
import { sameData } from '../../../comparison/index.ts'
import type { Route } from '../../../simulation/resources.ts'
import type { Sides } from '../../model.ts'
import type { Phrase } from '../draft.ts'
import type { Place } from '../words/names.ts'
import { conditionsText } from './conditions.ts'
import { areDisjoint, covers } from './overlap.ts'
import { doTheSame, newRoutePhrases, routePhrases } from './route.ts'
import { type KeyedRoute, RouteSide } from './sides.ts'

/** A phrase, and the routes of each side that it is about. */
export interface RoutePhrase extends Phrase {
  readonly was: Route | undefined
  readonly is: Route | undefined
}

const LEAD = 'requests for '

const about = (phrases: readonly Phrase[], was: Route | undefined, is: Route | undefined): RoutePhrase[] =>
  phrases.map((phrase) => ({ ...phrase, was, is }))

const sentence = (rest: string): Phrase => ({ kind: 'route-change', lead: LEAD, rest })

/** With more routes and conditions than this, each route is compared only with the one that has its conditions. */
const MOST_CONDITIONS = 2_000

/** How many comparisons of conditions one route needs with all others, at most. */
function conditionsOf(routes: readonly KeyedRoute[]): number {
  const most = routes.reduce((known, { route: { match } }) => {
    const { headers = [], queryParameters = [], dynamicMetadata = [] } = match
    return Math.max(known, headers.length + queryParameters.length + dynamicMetadata.length)
  }, 1)
  return routes.length * most
}

/** Compares the routes of one host. */
class Comparison {
  readonly #sides: Sides<RouteSide>
  readonly #place: Place

  constructor(sides: Sides<RouteSide>, place: Place) {
    this.#sides = sides
    this.#place = place
  }

  /** Every route that both sides have, and then those of one side. */
  *phrases(): Iterable<RoutePhrase> {
    const { before, after } = this.#sides
    const isMany = conditionsOf(before.routes) + conditionsOf(after.routes) > MOST_CONDITIONS
    for (const route of after.routes) {
      const was = before.get(route.key)
      if (!was) yield* this.#come(route)
      else if (isMany) yield* this.#changed(was.route, route.route)
      else yield* this.#kept(was, route)
    }
    for (const route of before.routes) if (!after.get(route.key)) yield* this.#gone(route)
    if (isMany) yield* this.#reordered()
    else yield* this.#swapped()
  }

  #changed(was: Route, is: Route): RoutePhrase[] {
    return about(routePhrases(was, is, this.#place, conditionsText(is.match)), was, is)
  }

  /** A route of both sides: what its requests meet may be another route, if one came, went or moved before it. */
  #kept(was: KeyedRoute, is: KeyedRoute): RoutePhrase[] {
    const { before, after } = this.#sides
    const [old, now] = [before.takerOf(was) ?? was, after.takerOf(is) ?? is]
    const conditions = conditionsText(is.route.match)
    if (old.key === now.key && now.key !== is.key) {
      const rest = `${conditions}: a route changes that never applies, because an earlier one takes them`
      const differs = routePhrases(was.route, is.route, this.#place, conditions).length > 0
      return differs ? about([sentence(rest)], was.route, is.route) : []
    }
    if (old.key !== now.key && doTheSame(old.route, now.route)) return []
    return about(routePhrases(old.route, now.route, this.#place, conditions), old.route, now.route)
  }

  #come(own: KeyedRoute): RoutePhrase[] {
    const { before, after } = this.#sides
    const conditions = conditionsText(own.route.match)
    if (after.takerOf(own) !== own) {
      const rest = `${conditions} get a route that never applies: an earlier one takes them`
      return about([sentence(rest)], undefined, own.route)
    }
    const taker = before.takerOf(own)?.route
    if (!taker) return about(newRoutePhrases(own.route, this.#place, conditions), undefined, own.route)
    if (!doTheSame(taker, own.route)) {
      return about(routePhrases(taker, own.route, this.#place, conditions), taker, own.route)
    }
    return about([sentence(`${conditions} get a route of their own, which does the same`)], taker, own.route)
  }

  #gone(own: KeyedRoute): RoutePhrase[] {
    const { before, after } = this.#sides
    const conditions = conditionsText(own.route.match)
    if (before.takerOf(own) !== own) {
      const rest = `${conditions} lose a route that never applied: an earlier one took them`
      return about([sentence(rest)], own.route, undefined)
    }
    const taker = after.takerOf(own)?.route
    if (!taker) {
      return about([sentence(`${conditions} lose their route; the routes after it apply`)], own.route, undefined)
    }
    if (!doTheSame(own.route, taker)) {
      return about(routePhrases(own.route, taker, this.#place, conditions), own.route, taker)
    }
    return about([sentence(`${conditions} lose their own route; another one does the same`)], own.route, taker)
  }

  /** Routes of which neither covers the other, but which share requests, and which have changed places. */
  *#swapped(): Iterable<RoutePhrase> {
    const { before, after } = this.#sides
    const common = before.routes.filter(({ key }) => after.positionOf(key) !== undefined)
    const places = common.map(({ key }) => after.positionOf(key) ?? 0)
    for (const [index, first] of common.entries()) {
      for (let later = index + 1; later < common.length; later++) {
        const second = common[later]
        if (!second || (places[index] ?? 0) < (places[later] ?? 0)) continue
        yield* this.#swappedPair(first, second)
      }
    }
  }

  *#swappedPair(first: KeyedRoute, second: KeyedRoute): Iterable<RoutePhrase> {
    const [a, b] = [first.route.match, second.route.match]
    if (areDisjoint(a, b) || covers(a, b) || covers(b, a)) return
    const now = this.#sides.after.get(second.key)?.route ?? second.route
    if (doTheSame(first.route, now)) return
    const conditions = `${conditionsText(a)}, and also${conditionsText(b)}`
    yield* about(routePhrases(first.route, now, this.#place, conditions), first.route, now)
  }

  *#reordered(): Iterable<RoutePhrase> {
    const { before, after } = this.#sides
    const places = before.routes.flatMap(({ key }) => after.positionOf(key) ?? [])
    if (places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0))) return
    yield* about([sentence(' meet their routes in another order')], undefined, undefined)
  }
}

/** Everything that requests for a host notice; routes that only look different get a phrase of their own. */
export function routesPhrases(before: readonly Route[], after: readonly Route[], place: Place): readonly RoutePhrase[] {
  if (sameData(before, after)) return []
  const sides = { before: new RouteSide(before), after: new RouteSide(after) }
  const known = firstBy(new Comparison(sides, place).phrases(), ({ lead, rest }) => lead + rest)
  if (known.size > 0) return [...known.values()]
  const rest = ': the routes are written or ordered in another way, without effect'
  return about([{ kind: 'resource-change', lead: LEAD, rest }], undefined, undefined)
}
