/** The status of routes (pilot/pkg/config/kube/gateway/conditions.go createRouteStatus). */
import { compareBytes } from '../../common/bytes.ts'
import { append } from '../../common/collections.ts'
import type { JsonMapping } from '../../sources/mapping.ts'
import type { Condition, ConditionGroup, ObjectStatus, UnservedHostname } from '../status.ts'
import type { DerivedRoute } from './derived-route.ts'
import type { RouteProblem, RouteResource } from './model.ts'
import { type Denial, type RouteParent, referenceText } from './parents.ts'
import { unservedHostnames } from './unserved.ts'

/** Of several denials, the one that is reported. */
const SEVERITY: readonly Denial['reason'][] = [
  'NotAllowedByListeners',
  'NoMatchingListenerHostname',
  'NoMatchingParent',
]

function acceptance(route: RouteResource, parents: readonly RouteParent[]): Condition {
  const location = route.location.child('spec', 'parentRefs', parents[0]?.index ?? 0)
  const accepted = parents.filter(({ denial }) => denial === undefined).length
  if (accepted > 0) {
    const message = accepted === 1 ? 'the parent takes the route' : `${accepted} listeners take the route`
    return { type: 'Accepted', status: 'True', reason: 'Accepted', message, location }
  }
  const denials = parents.flatMap(({ denial }) => denial ?? [])
  const reason = SEVERITY.find((each) => denials.some((denial) => denial.reason === each)) ?? 'NoMatchingParent'
  const messages = new Set(denials.filter((denial) => denial.reason === reason).map(({ message }) => message))
  return { type: 'Accepted', status: 'False', reason, message: [...messages].join('; '), location }
}

function resolution(problem: RouteProblem | undefined): Condition {
  const type = 'ResolvedRefs'
  if (problem) return { type, status: 'False', ...problem }
  return { type, status: 'True', reason: type, message: 'all references are resolved' }
}

/** With ambient mode, istiod also says whether waypoints serve a route; it never says no. */
const WAYPOINTS: Condition = {
  type: 'ResolvedWaypoints',
  status: 'True',
  reason: 'ResolvedWaypoints',
  message: 'whether a waypoint serves the route is not checked',
}

/** The reference as the API server stores it: with its defaults, and without what is absent. */
function storedReference({ reference }: RouteParent): JsonMapping {
  const { group, kind, name, namespace, sectionName, port } = reference
  return {
    group,
    kind,
    name,
    ...(namespace !== '' && { namespace }),
    ...(sectionName !== undefined && { sectionName }),
    ...(port !== undefined && { port }),
  }
}

/** One entry per reference that leads to anything. */
function parentEntries(
  { route, parents, gateway, mesh }: DerivedRoute<unknown>,
  controllerName: string,
  ambient: boolean,
): readonly ConditionGroup[] {
  const byReference = new Map<number, RouteParent[]>()
  for (const parent of parents) append(byReference, parent.index, parent)
  const text = ({ reference }: RouteParent): string => referenceText(reference, route.meta.namespace)
  const groups = [...byReference.values()].flatMap((group): { first: RouteParent; entry: ConditionGroup }[] => {
    const [first] = group
    if (!first) return []
    const conditions = [acceptance(route, group), resolution(first.listener ? gateway.problem : mesh.problem)]
    const fields = { controllerName, parentRef: storedReference(first) }
    return [{ first, entry: { fields, conditions: ambient ? [...conditions, WAYPOINTS] : conditions } }]
  })
  const sorted = groups.sort((a, b) => compareBytes(text(b.first), text(a.first)))
  return sorted.map(({ entry }) => entry)
}

/** The status of a route. Its entries are made when they are asked for, and not kept: there may be thousands of routes. */
class RouteStatus implements ObjectStatus {
  readonly controllers: readonly [string]
  readonly #derived: DerivedRoute<unknown>
  readonly #ambient: boolean

  constructor(derived: DerivedRoute<unknown>, controllers: readonly [string], ambient: boolean) {
    this.#derived = derived
    this.controllers = controllers
    this.#ambient = ambient
  }

  get resource(): RouteResource {
    return this.#derived.route
  }

  get unserved(): readonly UnservedHostname[] {
    return unservedHostnames(this.#derived.route, this.#derived.parents)
  }

  get parents(): readonly ConditionGroup[] {
    return parentEntries(this.#derived, this.controllers[0], this.#ambient)
  }
}

/**
 * The statuses of routes.
 * @param ambient whether istiod serves ambient mode
 */
export function routeStatuses(
  routes: readonly DerivedRoute<unknown>[],
  controllerName: string,
  ambient: boolean,
): readonly ObjectStatus[] {
  const controllers = [controllerName] as const
  return routes.map((route) => new RouteStatus(route, controllers, ambient))
}
