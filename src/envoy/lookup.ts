/** Single resources of one proxy, each computed when asked for: a connection needs a few of very many. */
import { firstBy } from '../common/collections.ts'
import { once, oncePerKey } from '../common/once.ts'
import type { ProxyView } from '../scope/view.ts'
import { clusterFinder, type ExplainedCluster } from './clusters/index.ts'
import { type ExplainedLoadAssignment, loadAssignments } from './endpoints/index.ts'
import {
  type ExplainedListener,
  type ListenerConflict,
  planSidecar,
  routeNamesOf,
  writtenForPort,
  writtenForProxy,
} from './listeners/index.ts'
import { buildEnvoyResources } from './resources.ts'
import { type ExplainedRouteConfiguration, sidecarRoutes } from './routes/index.ts'

/** The same resources as `buildEnvoyResources` has, by what a connection asks for. */
export interface ResourceLookup {
  /** The listeners of service ports with this port; for a router all of its listeners. */
  listenersOfPort(port: number): readonly ExplainedListener[]
  /** The other listeners: those that take redirected connections, those of the HTTP proxy, inbound ones. */
  otherListeners(): readonly ExplainedListener[]
  /** The service ports that lost their place in a listener of a port. */
  conflictsOf(listenerName: string, port: number): readonly ListenerConflict[]
  /** @param port of the listener that refers to the configuration */
  routes(name: string, port: number): ExplainedRouteConfiguration | undefined
  cluster(name: string): ExplainedCluster | undefined
  /** The endpoints of an EDS cluster. */
  assignment(clusterName: string): ExplainedLoadAssignment | undefined
}

const assignmentsOf = (view: ProxyView) =>
  oncePerKey((name: string): ExplainedLoadAssignment | undefined => [...loadAssignments(view, [name])][0])

function sidecarLookup(view: ProxyView): ResourceLookup {
  const plan = planSidecar(view)
  const listenersOfPort = oncePerKey((port: number) => writtenForPort(plan, port))
  const otherListeners = once(() => (plan.listens ? writtenForProxy(plan).listeners : []))
  // Names of one port are handed out in order, because virtual hosts of protocol detection are found once only.
  const routesOfPort = oncePerKey((port: number) => {
    const names = routeNamesOf([...listenersOfPort(port), ...otherListeners()])
    return firstBy(sidecarRoutes(view, names), ({ resource }) => resource.name)
  })
  // A configuration that no listener refers to exists too: istiod makes it for any port.
  const unasked = oncePerKey((name: string) => [...sidecarRoutes(view, [name])][0])
  return {
    listenersOfPort,
    otherListeners,
    conflictsOf: (name, port) => plan.outboundOfPort(port).conflicts.filter(({ listener }) => listener === name),
    routes: (name, port) => routesOfPort(port).get(name) ?? unasked(name),
    cluster: oncePerKey(clusterFinder(view)),
    assignment: assignmentsOf(view),
  }
}

function routerLookup(view: ProxyView): ResourceLookup {
  const resources = buildEnvoyResources(view)
  const routes = once(() => firstBy(resources.routes, ({ resource }) => resource.name))
  const clusters = once(() => firstBy(resources.clusters, ({ resource }) => resource.name))
  return {
    listenersOfPort: () => resources.listeners.listeners,
    otherListeners: () => [],
    conflictsOf: () => [],
    routes: (name) => routes().get(name),
    cluster: (name) => clusters().get(name),
    assignment: assignmentsOf(view),
  }
}

export function lookUpResources(view: ProxyView): ResourceLookup {
  return view.proxy.type === 'router' ? routerLookup(view) : sidecarLookup(view)
}
