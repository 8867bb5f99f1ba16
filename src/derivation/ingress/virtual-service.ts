/** The VirtualServices of Ingresses, one per host (pilot/pkg/config/kube/ingress/virtualservices.go). */
import { compareBytes, utf8Length } from '../../common/bytes.ts'
import { serviceHost } from '../../common/cluster-domain.ts'
import { groupBy } from '../../common/collections.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { BEFORE_ALL, derivedResource, type Written } from '../../kinds/derived.ts'
import type { Ingress, KubeService, VirtualServiceResource } from '../../kinds/index.ts'
import { VIRTUAL_SERVICE } from '../../kinds/istio/virtual-service.ts'
import type { HTTPIngressPath, IngressBackend } from '../../kinds/kubernetes/ingress.ts'
import {
  Destination,
  HTTPMatchRequest,
  HTTPRoute,
  HTTPRouteDestination,
  StringMatch,
  VirtualService,
} from '../../kinds/messages/virtual-service.ts'
import type { PathStep } from '../../sources/document.ts'
import { gatewayOf, INGRESS_SUFFIX } from './gateway.ts'

/** A rule with paths. */
interface HostRule {
  readonly ingress: Ingress
  readonly index: number
  readonly host: string
  readonly paths: readonly HTTPIngressPath[]
}

/** A route, and the path that it is made of. */
interface MadeRoute {
  readonly route: HTTPRoute
  readonly uri: StringMatch | undefined
  readonly ingress: Ingress
  readonly path: readonly PathStep[]
}

/** Paths without a type that match everything. */
const WILDCARDS: ReadonlySet<string> = new Set(['', '*', '/*', '.*'])
/** Ends of paths without a type that make them prefixes. */
const PREFIX_ENDS = ['.*', '/*']

const matching = (match: Partial<StringMatch>): StringMatch => ({ ...StringMatch.zero, ...match })

function untypedMatch(path: string): StringMatch | undefined {
  if (WILDCARDS.has(path)) return undefined
  const end = PREFIX_ENDS.find((each) => path.endsWith(each))
  return matching(end === undefined ? { exact: path } : { prefix: path.slice(0, -end.length) })
}

function uriMatch({ path, pathType }: HTTPIngressPath): StringMatch | undefined {
  if (pathType === 'Exact') return matching({ exact: path })
  if (pathType === 'Prefix') return matching({ prefix: path })
  return untypedMatch(path)
}

/** The number of a backend's port; undefined when the port is named and its Service does not have it. */
function portOf(
  { name, port }: NonNullable<IngressBackend['service']>,
  namespace: string,
  services: ReadonlyMap<string, KubeService>,
): number | undefined {
  if (port && port.number > 0) return port.number
  const service = services.get(`${namespace}/${name}`)
  return service?.spec.ports.find((each) => each.name === (port?.name ?? ''))?.port
}

function destinationOf(
  backend: IngressBackend | undefined,
  namespace: string,
  services: ReadonlyMap<string, KubeService>,
): HTTPRouteDestination | undefined {
  const service = backend?.service
  const number = service && portOf(service, namespace, services)
  if (!service || number === undefined) return undefined
  const destination = { ...Destination.zero, host: serviceHost(service.name, namespace), port: { number } }
  return { ...HTTPRouteDestination.zero, destination, weight: 100 }
}

/** Whether istiod makes a route of a path of an Ingress in a namespace. */
export const hasRoute = (
  { backend }: HTTPIngressPath,
  namespace: string,
  services: ReadonlyMap<string, KubeService>,
): boolean => destinationOf(backend, namespace, services) !== undefined

function* routesOf(rule: HostRule, services: ReadonlyMap<string, KubeService>): Iterable<MadeRoute> {
  const { ingress, index, paths } = rule
  for (const [at, path] of paths.entries()) {
    const destination = destinationOf(path.backend, ingress.meta.namespace, services)
    if (!destination) continue
    const uri = uriMatch(path)
    const match = uri ? [{ ...HTTPMatchRequest.zero, uri }] : []
    const route = { ...HTTPRoute.zero, match, route: [destination] }
    yield { route, uri, ingress, path: ['spec', 'rules', index, 'http', 'paths', at] }
  }
}

const lengthOf = ({ uri }: MadeRoute): number => utf8Length(uri?.exact ?? uri?.prefix ?? '')

/** Longer paths first, and of equal ones the exact one. */
function byPrecedence(a: MadeRoute, b: MadeRoute): number {
  return lengthOf(b) - lengthOf(a) || Number(b.uri?.exact !== undefined) - Number(a.uri?.exact !== undefined)
}

/** Oldest first, then by name, namespace and index. */
function byAge(a: HostRule, b: HostRule): number {
  const [one, other] = [a.ingress.meta, b.ingress.meta]
  return (
    one.creationTime - other.creationTime ||
    compareBytes(one.name, other.name) ||
    compareBytes(one.namespace, other.namespace) ||
    a.index - b.index
  )
}

function virtualServiceOf(
  host: string,
  rules: readonly [HostRule, ...HostRule[]],
  services: ReadonlyMap<string, KubeService>,
): VirtualServiceResource {
  const sorted = [...rules].sort(byAge)
  const { ingress, index } = sorted[0] ?? rules[0]
  const made = sorted.flatMap((rule) => [...routesOf(rule, services)]).sort(byPrecedence)
  const spec = {
    ...VirtualService.zero,
    hosts: [host],
    gateways: [gatewayOf(ingress)],
    http: made.map(({ route }) => route),
  }
  const parts = {
    name: `${host.replaceAll('.', '-')}-${ingress.meta.name}-${INGRESS_SUFFIX}`,
    namespace: ingress.meta.namespace,
    annotations: new Map([[ANNOTATIONS.routeSemantics, 'ingress']]),
    creationTime: BEFORE_ALL,
    spec,
  }
  const writtenAt = ([, list, at]: readonly PathStep[]): Written => {
    const from = list === 'http' ? made[Number(at)] : undefined
    if (from) return { resource: from.ingress, path: from.path }
    return { resource: ingress, path: list === 'hosts' ? ['spec', 'rules', index, 'host'] : [] }
  }
  return derivedResource(VIRTUAL_SERVICE, parts, writtenAt)
}

/**
 * One VirtualService per host of all handled Ingresses. The first rule of a host, by age, decides whose Gateway serves
 * the host.
 */
export function ingressVirtualServices(
  ingresses: readonly Ingress[],
  services: readonly KubeService[],
): readonly VirtualServiceResource[] {
  const byName = new Map(services.map((service) => [`${service.meta.namespace}/${service.meta.name}`, service]))
  const rules = ingresses.flatMap((ingress) =>
    ingress.spec.rules.flatMap(({ host, http }, index): HostRule[] =>
      http ? [{ ingress, index, host: host || '*', paths: http.paths }] : [],
    ),
  )
  return [...groupBy(rules, ({ host }) => host)].map(([host, group]) => virtualServiceOf(host, group, byName))
}
