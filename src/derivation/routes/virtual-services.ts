/** VirtualServices of routes (pilot/pkg/config/kube/gateway/route_collections.go). */
import { compareBytes } from '../../common/bytes.ts'
import { serviceHost } from '../../common/cluster-domain.ts'
import { groupBy } from '../../common/collections.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { once } from '../../common/once.ts'
import { derivedResource, type Written } from '../../kinds/derived.ts'
import type { VirtualServiceResource } from '../../kinds/index.ts'
import { VIRTUAL_SERVICE } from '../../kinds/istio/virtual-service.ts'
import {
  HTTPMatchRequest,
  type HTTPRoute,
  L4MatchAttributes,
  type TCPRoute,
  type TLSRoute,
  VirtualService,
} from '../../kinds/messages/virtual-service.ts'
import { byCreationThenNamespace, type Resource } from '../../kinds/resource.ts'
import type { PathStep } from '../../sources/document.ts'
import { GATEWAY_API_SUFFIX } from '../derived.ts'
import { hostsMatch, isSubsetOf } from '../hosts.ts'
import { type DerivedRoute, gatewayOfParent } from './derived-route.ts'
import type { Lookups } from './lookups.ts'
import { inPrecedence } from './matches.ts'
import type { LazyRules, MadeRule, RouteResource } from './model.ts'
import { hostnamesOf, isLeftToOthers, type RouteParent } from './parents.ts'

const ANY_HOST: readonly string[] = ['*']

type Protocol = 'http' | 'tcp' | 'tls'

/** What a VirtualService is made of. */
interface Blueprint<R> {
  readonly name: string
  readonly host: string
  readonly gateway: string
  readonly protocol: Protocol
  readonly rules: LazyRules<R>
  /** The first one gives it its namespace and time. */
  readonly routes: readonly [RouteResource, ...RouteResource[]]
}

const parentText = ({ kind, meta }: Resource): string => `${kind}/${meta.name}.${meta.namespace}`

/** A spec whose rules are made at their first use. A class, because V8 gives each object with a getter of its own a map. */
class LazySpec implements VirtualService {
  readonly hosts: readonly string[]
  readonly gateways: readonly string[]
  readonly exportTo = VirtualService.zero.exportTo
  readonly #protocol: Protocol
  readonly #made: LazyRules<unknown>
  #rules: readonly unknown[] | undefined

  constructor({ host, gateway, protocol, rules }: Blueprint<unknown>) {
    this.hosts = [host]
    this.gateways = [gateway]
    this.#protocol = protocol
    this.#made = rules
  }

  get http(): readonly HTTPRoute[] {
    return this.#of('http') as readonly HTTPRoute[]
  }

  get tls(): readonly TLSRoute[] {
    return this.#of('tls') as readonly TLSRoute[]
  }

  get tcp(): readonly TCPRoute[] {
    return this.#of('tcp') as readonly TCPRoute[]
  }

  #of(protocol: Protocol): readonly unknown[] {
    if (protocol !== this.#protocol) return VirtualService.zero[protocol]
    this.#rules ??= this.#made().map(({ rule }) => rule)
    return this.#rules
  }
}

function virtualServiceOf<R>(blueprint: Blueprint<R>): VirtualServiceResource {
  const { name, host, protocol, rules, routes } = blueprint
  const [first] = routes
  const { namespace, creationTime } = first.meta
  const spec = new LazySpec(blueprint)
  const annotations = new Map([
    [ANNOTATIONS.parents, routes.map(parentText).join(',')],
    [ANNOTATIONS.routeSemantics, 'gateway'],
  ])
  const hostAt = 'hostnames' in first.spec ? first.spec.hostnames.indexOf(host) : -1
  const writtenAt = ([, list, index]: readonly PathStep[]): Written => {
    const rule = list === protocol ? rules()[Number(index)] : undefined
    if (rule) return rule.from
    return { resource: first, path: list === 'hosts' && hostAt >= 0 ? ['spec', 'hostnames', hostAt] : [] }
  }
  return derivedResource(VIRTUAL_SERVICE, { name, namespace, annotations, creationTime, spec }, writtenAt)
}

/** Parents that take the route, by the names of their gateways. */
function acceptedBy({ parents }: Pick<DerivedRoute<unknown>, 'parents'>): readonly RouteParent[] {
  const accepted = parents.filter(({ denial }) => denial === undefined)
  return accepted.sort((a, b) => compareBytes(gatewayOfParent(a), gatewayOfParent(b)))
}

/** The hosts of a Service or ServiceEntry that is a parent. */
function meshHosts({ reference }: RouteParent, route: RouteResource, lookups: Lookups): readonly string[] {
  const namespace = reference.namespace || route.meta.namespace
  if (reference.kind === 'Service') return [serviceHost(reference.name, namespace)]
  return lookups.entry(namespace, reference.name)?.spec.hosts ?? []
}

/** The rules for one port only; one without conditions gets one. */
function onPort<M extends { readonly port: number }, R extends { readonly match: readonly M[] }>(
  rules: LazyRules<R>,
  port: number | undefined,
  none: M,
): LazyRules<R> {
  if (port === undefined) return rules
  const withPort = (made: readonly MadeRule<R>[]) =>
    made.map(({ rule, from }) => {
      const matches = rule.match.length > 0 ? rule.match : [none]
      return { rule: { ...rule, match: matches.map((match) => ({ ...match, port })) }, from }
    })
  return once(() => withPort(rules()))
}

/** The rules of one route for one host of one parent, before those of other routes join them. */
interface HttpPart {
  readonly key: string
  readonly host: string
  readonly gateway: string
  readonly rules: LazyRules<HTTPRoute>
  readonly route: RouteResource
}

function* httpParts(converted: DerivedRoute<HTTPRoute>, lookups: Lookups): Generator<HttpPart> {
  const { route, gateway, mesh } = converted
  for (const parent of acceptedBy(converted)) {
    const { port } = parent.reference
    const isMesh = parent.listener === undefined
    const rules = isMesh ? onPort(mesh.rules, port, HTTPMatchRequest.zero) : gateway.rules
    if ((isMesh ? mesh : gateway).isEmpty) continue
    const ofMesh = port === undefined ? route.meta.namespace : `${route.meta.namespace}/${port}`
    const start = isMesh ? ofMesh : gatewayOfParent(parent)
    for (const host of isMesh ? meshHosts(parent, route, lookups) : hostnamesOf(route)) {
      if (isLeftToOthers(parent, host)) continue
      yield { key: `${start}/${host}`, host, gateway: gatewayOfParent(parent), rules, route }
    }
  }
}

function mergedParts(key: string, parts: readonly [HttpPart, ...HttpPart[]]): VirtualServiceResource {
  const sorted = [...parts].sort((a, b) => byCreationThenNamespace(a.route, b.route))
  const [first = parts[0], ...others] = sorted
  return virtualServiceOf({
    name: key.replaceAll('/', '~'),
    host: first.host,
    gateway: first.gateway,
    protocol: 'http',
    rules: once(() => inPrecedence(sorted.flatMap(({ rules }) => rules()))),
    routes: [first.route, ...others.map(({ route }) => route)],
  })
}

/** HTTPRoutes and GRPCRoutes: one VirtualService for each host of each parent, of all routes that share it. */
export function httpVirtualServices(
  routes: readonly DerivedRoute<HTTPRoute>[],
  lookups: Lookups,
): readonly VirtualServiceResource[] {
  const parts = routes.flatMap((route) => [...httpParts(route, lookups)])
  return [...groupBy(parts, ({ key }) => key)].map(([key, group]) => mergedParts(key, group))
}

/** Numbers the VirtualServices of one route. */
const nameOf = ({ meta }: RouteResource, protocol: Protocol, count: number): string =>
  `${meta.name}~${protocol}~${count}~${GATEWAY_API_SUFFIX}`

/** TCPRoutes: one VirtualService for each host of each parent. */
export function* tcpVirtualServices(
  converted: DerivedRoute<TCPRoute>,
  lookups: Lookups,
): Generator<VirtualServiceResource> {
  const { route, gateway, mesh } = converted
  let count = 0
  for (const parent of acceptedBy(converted)) {
    const isMesh = parent.listener === undefined
    const rules = isMesh ? onPort(mesh.rules, parent.reference.port, L4MatchAttributes.zero) : gateway.rules
    for (const host of isMesh ? meshHosts(parent, route, lookups) : ANY_HOST) {
      const name = nameOf(route, 'tcp', count++)
      yield virtualServiceOf({ name, host, gateway: gatewayOfParent(parent), protocol: 'tcp', rules, routes: [route] })
    }
  }
}

/** The hosts that both lists have in common; of two that match, the narrower one (pkg/config/host Names.Intersection). */
function intersection(hosts: readonly string[], others: readonly string[]): readonly string[] {
  const common = hosts.flatMap((host) =>
    others.flatMap((other) => (isSubsetOf(host, other) ? [host] : isSubsetOf(other, host) ? [other] : [])),
  )
  return [...new Set(common)]
}

const withNames = ({ rule, from }: MadeRule<TLSRoute>, change: (names: readonly string[]) => readonly string[]) => ({
  rule: { ...rule, match: rule.match.map((match) => ({ ...match, sniHosts: change(match.sniHosts) })) },
  from,
})

/** The rules for the server names that a listener has. */
function constrained(rules: readonly MadeRule<TLSRoute>[], hostname: string): readonly MadeRule<TLSRoute>[] {
  if (hostname === '') return rules
  return rules
    .map((made) => withNames(made, (names) => intersection(names, [hostname])))
    .filter(({ rule }) => rule.match.length === 0 || rule.match.some(({ sniHosts }) => sniHosts.length > 0))
}

/** The rules for a service: without hostnames of the route, its own hosts are the server names. */
function tlsRulesOfMesh(
  rules: readonly MadeRule<TLSRoute>[],
  hosts: readonly string[],
  port: number | undefined,
): readonly MadeRule<TLSRoute>[] {
  return rules.map((made) => {
    const { rule, from } = withNames(made, (names) => (names.length === 1 && names[0] === '*' ? hosts : names))
    return {
      rule: port === undefined ? rule : { ...rule, match: rule.match.map((match) => ({ ...match, port })) },
      from,
    }
  })
}

/** Those of several server names that belong to one host. */
const forHost = (rules: readonly MadeRule<TLSRoute>[], host: string): readonly MadeRule<TLSRoute>[] =>
  rules.map((made) =>
    withNames(made, (names) => (names.length > 1 ? names.filter((name) => hostsMatch(host, name)) : names)),
  )

/** TLSRoutes: one VirtualService for each host that the route and the parent have in common. */
export function* tlsVirtualServices(
  converted: DerivedRoute<TLSRoute>,
  lookups: Lookups,
): Generator<VirtualServiceResource> {
  const { route, gateway, mesh } = converted
  let count = 0
  for (const parent of acceptedBy(converted)) {
    const { listener } = parent
    const own = listener ? hostnamesOf(route) : meshHosts(parent, route, lookups)
    const hosts = listener && listener.hostname !== '' ? intersection(own, [listener.hostname]) : own
    const rules = listener
      ? constrained(gateway.rules(), listener.hostname)
      : tlsRulesOfMesh(mesh.rules(), own, parent.reference.port)
    for (const host of hosts) {
      yield virtualServiceOf({
        name: nameOf(route, 'tls', count++),
        host,
        gateway: gatewayOfParent(parent),
        protocol: 'tls',
        rules: once(() => (listener ? rules : forHost(rules, host))),
        routes: [route],
      })
    }
  }
}
