/** The rules of TCPRoutes and TLSRoutes (pilot/pkg/config/kube/gateway/conversion.go convertTCPRoute, convertTLSRoute). */
import type { TcpRouteResource, TlsRouteResource } from '../../kinds/index.ts'
import type { L4RouteRule } from '../../kinds/messages/gateway-api/routes.ts'
import { RouteDestination, TCPRoute, TLSMatchAttributes, TLSRoute } from '../../kinds/messages/virtual-service.ts'
import { backendDestination, type Referrer } from './backends.ts'
import type { Lookups } from './lookups.ts'
import type { LazyRules, RouteProblem, Usable } from './model.ts'
import { receivingBackends } from './weights.ts'

/** A cluster that does not exist, for a rule without backends. */
const NOWHERE: RouteDestination = {
  ...RouteDestination.zero,
  destination: { host: 'internal.cluster.local', subset: 'zero-weight', port: { number: 65535 } },
}

interface Destinations {
  readonly route: readonly RouteDestination[]
  /** The rule has no backend with a weight. */
  readonly isEmpty: boolean
  readonly problem: RouteProblem | undefined
}

/** @throws UnusableRoute */
function destinationsOf(
  resource: TcpRouteResource | TlsRouteResource,
  { backendRefs }: L4RouteRule,
  index: number,
  referrer: Referrer,
  lookups: Lookups,
): Destinations {
  const receiving = receivingBackends(backendRefs)
  if (receiving.length === 0) return { route: [NOWHERE], isEmpty: true, problem: undefined }
  let last: RouteProblem | undefined
  const route = receiving.map(({ backend, index: at, weight }) => {
    const location = () => resource.location.child('spec', 'rules', index, 'backendRefs', at)
    const { value: destination, problem } = backendDestination(backend, referrer, lookups, location)
    last = problem ?? last
    return { ...RouteDestination.zero, destination, weight }
  })
  return { route, isEmpty: false, problem: last }
}

/** @throws UnusableRoute */
export function* tcpRules(
  resource: TcpRouteResource,
  referrer: Referrer,
  lookups: Lookups,
): Generator<Usable<LazyRules<TCPRoute>>> {
  for (const [index, rule] of resource.spec.rules.entries()) {
    const { route, problem } = destinationsOf(resource, rule, index, referrer, lookups)
    const from = { resource, path: ['spec', 'rules', index] }
    yield { value: () => [{ rule: { ...TCPRoute.zero, route }, from }], problem }
  }
}

/** A rule without backends has no match either, so nothing serves it. @throws UnusableRoute */
export function* tlsRules(
  resource: TlsRouteResource,
  referrer: Referrer,
  lookups: Lookups,
): Generator<Usable<LazyRules<TLSRoute>>> {
  const { hostnames, rules } = resource.spec
  const match = [{ ...TLSMatchAttributes.zero, sniHosts: hostnames.length > 0 ? hostnames : ['*'] }]
  for (const [index, rule] of rules.entries()) {
    const { route, isEmpty, problem } = destinationsOf(resource, rule, index, referrer, lookups)
    const from = { resource, path: ['spec', 'rules', index] }
    yield { value: () => [{ rule: { ...TLSRoute.zero, match: isEmpty ? [] : match, route }, from }], problem }
  }
}
