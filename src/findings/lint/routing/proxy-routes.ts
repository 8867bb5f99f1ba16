/** The rules of VirtualServices that are in the listeners and routes of one proxy, and where they lead. */

import type { Origin } from '../../../envoy/explained.ts'
import type { TcpDestination } from '../../../envoy/filters/plan/tcp-destination.ts'
import { planGatewayListeners } from '../../../envoy/gateways/plan/listeners.ts'
import type { MergedGateways } from '../../../envoy/gateways/plan/merge.ts'
import { planGatewayRoutes } from '../../../envoy/gateways/plan/routes.ts'
import { outboundTargets, planSidecar } from '../../../envoy/listeners/index.ts'
import { ResourceOrigin } from '../../../envoy/listeners/plan/origins.ts'
import type { RoutePlan, VirtualHostPlan } from '../../../envoy/routes/index.ts'
import { ObjectOrigin } from '../../../envoy/routes/plan/origins.ts'
import { SidecarRoutes } from '../../../envoy/routes/plan/sidecar.ts'
import type { VirtualServiceResource } from '../../../kinds/index.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { CoveringRoutes } from './covering.ts'
import { type RuleRef, ruleKey } from './rule-ref.ts'

/** A rule that a proxy has, with the clusters that it leads to. */
export interface UsedRule extends RuleRef {
  readonly clusters: ReadonlySet<string>
}

/** A rule without effect in a proxy, because an earlier route, of another rule, takes all of its requests. */
export interface HiddenRule extends RuleRef {
  readonly by: RuleRef
}

/** The rules of one proxy by VirtualService. */
export class ProxyRoutes {
  readonly #used = new Map<VirtualServiceResource, Map<string, UsedRule & { readonly clusters: Set<string> }>>()
  readonly hidden: HiddenRule[] = []
  /** Indexes of the hosts for which a VirtualService has a virtual host. */
  readonly ownedHosts = new Map<VirtualServiceResource, Set<number>>()
  /** The clusters that HTTP routes of rules lead to, each with one such rule. */
  readonly httpClusters = new Map<string, RuleRef>()

  has({ source, ...rule }: RuleRef): boolean {
    return this.#used.get(source)?.has(ruleKey(rule)) ?? false
  }

  *used(): Iterable<UsedRule> {
    for (const rules of this.#used.values()) yield* rules.values()
  }

  add({ source, kind, index }: RuleRef, clusters: Iterable<string>): void {
    const rules = this.#used.get(source) ?? new Map()
    this.#used.set(source, rules)
    const key = ruleKey({ kind, index })
    const known = rules.get(key) ?? { source, kind, index, clusters: new Set<string>() }
    rules.set(key, known)
    for (const cluster of clusters) known.clusters.add(cluster)
  }
}

function clustersOf({ action }: RoutePlan): readonly string[] {
  if (action.kind !== 'forward') return []
  const to = typeof action.to === 'string' ? [action.to] : action.to.map(({ cluster }) => cluster)
  return [...to, ...action.mirrors.map(({ cluster }) => cluster)]
}

const tcpClustersOf = ({ cluster }: TcpDestination): readonly string[] =>
  typeof cluster === 'string' ? [cluster] : cluster.map(({ name }) => name)

/**
 * Adds the routes of one virtual host, in order.
 * @param answers whether requests reach the virtual host; if not, its clusters do not matter
 */
function addHttp(routes: readonly RoutePlan[], answers: boolean, out: ProxyRoutes): void {
  const covering = new CoveringRoutes()
  for (const route of routes) {
    if (!route.rule) continue
    const rule: RuleRef = { source: route.rule.writtenIn, kind: 'http', index: route.rule.index }
    const by = covering.of(route)
    if (by && by.source !== rule.source) {
      out.hidden.push({ ...rule, by })
      continue
    }
    const clusters = answers ? clustersOf(route) : []
    out.add(rule, clusters)
    for (const cluster of clusters) if (!out.httpClusters.has(cluster)) out.httpClusters.set(cluster, rule)
    covering.add(route, rule)
  }
}

/**
 * Virtual hosts may share a list of routes; each list is read at most once for hosts that requests reach, and once for
 * others.
 */
function addVirtualHosts(
  hosts: readonly VirtualHostPlan[],
  answers: (host: VirtualHostPlan) => boolean,
  out: ProxyRoutes,
): void {
  const seen = { true: new Set<readonly RoutePlan[]>(), false: new Set<readonly RoutePlan[]>() }
  for (const host of hosts) {
    const { routes } = host
    const isAsked = answers(host)
    const lists = seen[`${isAsked}`]
    if (lists.has(routes)) continue
    lists.add(routes)
    addHttp(routes, isAsked, out)
  }
}

/**
 * Whether requests reach a virtual host. Port 80 has one for every host of a VirtualService, even if the service has
 * only other ports.
 */
const isAskedFor =
  ({ serviceByHost }: ProxyView) =>
  ({ name }: VirtualHostPlan): boolean => {
    const colon = name.lastIndexOf(':')
    const service = serviceByHost.get(name.slice(0, colon))
    return !service || service.ports.some(({ number }) => String(number) === name.slice(colon + 1))
  }

/**
 * Records which VirtualServices own the virtual hosts: the first origin is a host of the VirtualService, if there is
 * one.
 */
function addOwners(hosts: readonly VirtualHostPlan[], out: ProxyRoutes): void {
  for (const { origins } of hosts) {
    const [origin] = origins
    if (!(origin instanceof ObjectOrigin)) continue
    const source = origin.resource as VirtualServiceResource
    const owned = out.ownedHosts.get(source) ?? new Set()
    out.ownedHosts.set(source, owned)
    // What istiod makes of a route has one host, which is written somewhere else.
    const index = source.madeOf === source ? origin.location.path.at(-1) : 0
    if (typeof index === 'number') owned.add(index)
  }
}

/**
 * The rules by tls or tcp route. The routes of a sidecar's chains are the same objects as in the VirtualServices that
 * it sees.
 */
function l4Rules(view: ProxyView): ReadonlyMap<object, RuleRef> {
  const out = new Map<object, RuleRef>()
  for (const { virtualServices } of view.egressListeners) {
    for (const { source, tls, tcp } of virtualServices) {
      for (const [index, route] of tls.entries()) out.set(route, { source, kind: 'tls', index })
      for (const [index, route] of tcp.entries()) out.set(route, { source, kind: 'tcp', index })
    }
  }
  return out
}

/** The rules that a sidecar gets, from the plan of its listeners and routes. */
export function routesOfSidecar(view: ProxyView): ProxyRoutes {
  const out = new ProxyRoutes()
  const plan = planSidecar(view)
  const rules = l4Rules(view)
  for (const { chains } of plan.outbound.entries) {
    for (const chain of chains) {
      const rule = chain.kind === 'tcp' && chain.route ? rules.get(chain.route) : undefined
      if (rule && chain.kind === 'tcp') out.add(rule, tcpClustersOf(chain.to))
    }
  }
  const routes = new SidecarRoutes(view)
  for (const name of new Set(outboundTargets(plan).routeNames)) {
    const { virtualHosts = [] } = routes.plan(name)
    addVirtualHosts(virtualHosts, isAskedFor(view), out)
    addOwners(virtualHosts, out)
  }
  return out
}

/** The rule of an origin, such as rule 1 for `spec.tls[1].match[0]`. */
function l4RuleOf(origin: Origin | undefined): RuleRef | undefined {
  if (!(origin instanceof ResourceOrigin) || origin.resource.kind !== 'VirtualService') return undefined
  const source = origin.resource as VirtualServiceResource
  const [, kind, index] = origin.location.path.slice(source.location.path.length)
  return (kind === 'tls' || kind === 'tcp') && typeof index === 'number' ? { source, kind, index } : undefined
}

/**
 * The rules that a router gets.
 * @param routeNames the route configurations of its listeners
 */
export function routesOfRouter(view: ProxyView, merged: MergedGateways, routeNames: readonly string[]): ProxyRoutes {
  const out = new ProxyRoutes()
  for (const { chains } of planGatewayListeners(view, merged).listeners) {
    for (const { chain } of chains) {
      if (chain.kind !== 'tcp') continue
      const rule = chain.origins.map(l4RuleOf).find((found) => found)
      if (rule) out.add(rule, tcpClustersOf(chain.to))
    }
  }
  for (const { virtualHosts = [] } of planGatewayRoutes(view, merged, routeNames)) {
    addVirtualHosts(virtualHosts, () => true, out)
  }
  return out
}
