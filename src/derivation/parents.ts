/** What routes can attach to: listeners of Gateways and ListenerSets. */
import type { KubernetesGateway, ListenerSet } from '../kinds/index.ts'
import type { Listener, RouteGroupKind } from '../kinds/messages/gateway-api/gateway.ts'
import type { Location } from '../sources/location.ts'

/** A listener as routes see it. */
export interface ParentListener {
  readonly parent: KubernetesGateway | ListenerSet
  /** `NAMESPACE/NAME` of the internal Gateway, which VirtualServices name. */
  readonly internalName: string
  /** The listener's name. */
  readonly sectionName: string
  /** The number that it listens on, with the default of its protocol. */
  readonly port: number
  readonly listener: Listener
  /** `NAMESPACE/HOST` for each namespace that may attach: `*` for any, `~` for none. */
  readonly hosts: readonly string[]
  /** The listener's hostname; '' when it has none. */
  readonly hostname: string
  /** The kinds of routes that it takes. */
  readonly kinds: readonly RouteGroupKind[]
  /** There is an internal Gateway for it. A route can attach to another one of a Gateway too, but nothing serves it. */
  readonly isProgrammed: boolean
  readonly location: Location
}

/** What a route can name as its parent. */
export interface ParentKey {
  readonly kind: 'Gateway' | 'ListenerSet'
  readonly namespace: string
  readonly name: string
}

/** Finds the listeners of a parent. */
export interface Parents {
  /** The candidates for a route, in the order in which the parent states them; empty if there is no such parent. */
  listenersOf(key: ParentKey): readonly ParentListener[]
}

/** How many pairs of a route and a reference each listener takes, by `attachmentKey`. */
export type AttachedRoutes = ReadonlyMap<string, number>

/** The name under which istiod counts the routes of a listener: a Gateway and a ListenerSet with one name share it. */
export const attachmentKey = ({
  parent: { meta },
  sectionName,
}: Pick<ParentListener, 'parent' | 'sectionName'>): string => `${meta.namespace}/${meta.name}/${sectionName}`
