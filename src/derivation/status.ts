/** The status that istiod writes to objects of the Gateway API. */
import type { Resource } from '../kinds/resource.ts'
import type { Location } from '../sources/location.ts'
import type { JsonMapping } from '../sources/mapping.ts'

/** A condition (k8s.io/apimachinery meta/v1). */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  /** Why, in a sentence without a full stop. */
  readonly message: string
  /** What decides it, if that is not the object as a whole. */
  readonly location?: Location | undefined
  /** The host of a reference for which there is no service. */
  readonly missingHost?: string
}

/** The conditions that a listener of a Gateway, a parent of a route or an ancestor of a policy has. */
export interface ConditionGroup {
  /** Its other fields in the shape of the object's status: a listener's `name` and `attachedRoutes`, a `parentRef`. */
  readonly fields: JsonMapping
  readonly conditions: readonly Condition[]
}

/** A hostname of a route that drops out: no listener that takes the route has it. */
export interface UnservedHostname {
  readonly hostname: string
  /** Its place in the route. */
  readonly index: number
  /** Whether a listener that takes the route matches it, and leaves it to another one with a more specific hostname. */
  readonly isLeft: boolean
  /** The listeners that take the route without this hostname. */
  readonly listeners: readonly { readonly sectionName: string; readonly hostname: string }[]
}

/** The status of one object. */
export interface ObjectStatus {
  readonly resource: Resource
  /** Of the object itself; undefined for routes and policies, which have none. */
  readonly conditions?: readonly Condition[] | undefined
  readonly listeners?: readonly ConditionGroup[] | undefined
  /** Of routes. */
  readonly parents?: readonly ConditionGroup[] | undefined
  /** Of policies. */
  readonly ancestors?: readonly ConditionGroup[] | undefined
  /** Of routes: the hostnames that no parent serves, although a parent takes the route. */
  readonly unserved?: readonly UnservedHostname[] | undefined
  /** Of routes and policies: the controllers whose entries istiod writes; it leaves those of others. */
  readonly controllers?: readonly string[] | undefined
  /** Other fields, such as `addresses`. */
  readonly fields?: JsonMapping | undefined
}
