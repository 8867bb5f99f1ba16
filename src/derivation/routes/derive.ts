/** Routes become VirtualServices (pilot/pkg/config/kube/gateway). */
import type { VirtualServiceResource } from '../../kinds/index.ts'
import { isOfRevision } from '../../resources/gateway-api/revision.ts'
import { flag } from '../../resources/mesh/features.ts'
import { type AttachedRoutes, attachmentKey, type ParentListener, type Parents } from '../parents.ts'
import type { ObjectStatus } from '../status.ts'
import { type DerivedRoute, derivedRoute } from './derived-route.ts'
import { grpcRules, httpRules } from './http-rules.ts'
import { tcpRules, tlsRules } from './l4-rules.ts'
import type { Lookups } from './lookups.ts'
import type { RouteResource } from './model.ts'
import { parentsOf } from './parents.ts'
import { routeStatuses } from './status.ts'
import { httpVirtualServices, tcpVirtualServices, tlsVirtualServices } from './virtual-services.ts'

/** What routes become. */
export interface DerivedRoutes {
  readonly virtualServices: readonly VirtualServiceResource[]
  readonly routes: readonly RouteResource[]
  readonly statuses: readonly ObjectStatus[]
  readonly attached: AttachedRoutes
}

/** Pairs of a route and a reference, by the listener that takes them. */
function attachedRoutes(routes: readonly DerivedRoute<unknown>[]): AttachedRoutes {
  const byListener = new Map<ParentListener, number>()
  for (const { parents } of routes) {
    for (const { listener, denial } of parents) {
      if (listener && !denial) byListener.set(listener, (byListener.get(listener) ?? 0) + 1)
    }
  }
  const counts = new Map<string, number>()
  for (const [listener, count] of byListener) {
    const key = attachmentKey(listener)
    counts.set(key, (counts.get(key) ?? 0) + count)
  }
  return counts
}

/** All routes of the config cluster. */
export function deriveRoutes(parents: Parents, lookups: Lookups): DerivedRoutes {
  const { snapshot, classes, reads } = lookups.context
  const [config] = snapshot.clusters
  const isOwn = isOfRevision(snapshot)
  const of = <T extends DerivedRoute<unknown>['route']>(routes: readonly T[]): readonly T[] => routes.filter(isOwn)
  const http = [
    ...of(config.httpRoutes).map((route) =>
      derivedRoute(route, parentsOf(route, parents, lookups), (referrer) => httpRules(route, referrer, lookups)),
    ),
    ...of(config.grpcRoutes).map((route) =>
      derivedRoute(route, parentsOf(route, parents, lookups), (referrer) => grpcRules(route, referrer, lookups)),
    ),
  ]
  const tcp = of(reads.tcpRoutes ? config.tcpRoutes : []).map((route) =>
    derivedRoute(route, parentsOf(route, parents, lookups), (referrer) => tcpRules(route, referrer, lookups)),
  )
  const tls = of(reads.tlsRoutes ? config.tlsRoutes : []).map((route) =>
    derivedRoute(route, parentsOf(route, parents, lookups), (referrer) => tlsRules(route, referrer, lookups)),
  )
  const routes = [...http, ...tcp, ...tls]
  const ambient = flag(snapshot.features.env, 'PILOT_ENABLE_AMBIENT', false)
  return {
    virtualServices: [
      ...httpVirtualServices(http, lookups),
      ...tcp.flatMap((route) => [...tcpVirtualServices(route, lookups)]),
      ...tls.flatMap((route) => [...tlsVirtualServices(route, lookups)]),
    ],
    routes: routes.map(({ route }) => route),
    statuses: routeStatuses(routes, classes.gatewayController, ambient),
    attached: attachedRoutes(routes),
  }
}
