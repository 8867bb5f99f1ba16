/** What routes become for gateways and for the mesh. */
import { once } from '../../common/once.ts'
import type { Referrer } from './backends.ts'
import {
  type DerivedRules,
  type LazyRules,
  type RouteProblem,
  type RouteResource,
  UnusableRoute,
  type Usable,
} from './model.ts'
import type { RouteParent } from './parents.ts'

/** The rules in order, each with what is wrong with it. */
type Rules<R> = (referrer: Referrer) => Iterable<Usable<LazyRules<R>>>

const NOTHING: DerivedRules<never> = { isEmpty: true, rules: () => [], problem: undefined }

/**
 * All rules of a route; none of them when one is unusable. The first conversion only finds out what is wrong: a proxy gets
 * the rules of few routes, and keeping the rules of all routes costs more than converting those few again.
 */
function collect<R>(convert: Rules<R>, referrer: Referrer): DerivedRules<R> {
  let isEmpty = true
  let last: RouteProblem | undefined
  try {
    for (const { problem } of convert(referrer)) {
      isEmpty = false
      last = problem ?? last
    }
  } catch (error) {
    if (error instanceof UnusableRoute) return { ...NOTHING, problem: error.problem }
    throw error
  }
  return { isEmpty, rules: once(() => [...convert(referrer)].flatMap(({ value }) => value())), problem: last }
}

/** A route, its parents and its rules. */
export interface DerivedRoute<R> {
  readonly route: RouteResource
  /** Sorted by reference. */
  readonly parents: readonly RouteParent[]
  readonly gateway: DerivedRules<R>
  readonly mesh: DerivedRules<R>
}

/** Converts the rules for the sorts of parents that the route has; only those of gateways need grants. */
export function derivedRoute<R>(
  route: RouteResource,
  parents: readonly RouteParent[],
  convert: Rules<R>,
): DerivedRoute<R> {
  const referrer = (needsGrant: boolean): Referrer => ({
    kind: route.kind,
    namespace: route.meta.namespace,
    needsGrant,
  })
  const isOfMesh = ({ listener }: RouteParent): boolean => listener === undefined
  return {
    route,
    parents,
    gateway: parents.every(isOfMesh) ? NOTHING : collect(convert, referrer(true)),
    mesh: parents.some(isOfMesh) ? collect(convert, referrer(false)) : NOTHING,
  }
}

/** The gateway that VirtualServices name for a parent. */
export const gatewayOfParent = ({ listener }: RouteParent): string => listener?.internalName ?? 'mesh'
