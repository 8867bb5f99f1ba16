/** What an HTTP connection manager does with a request: virtual host, route, and the answers that it gives itself. */
import type { Origin } from '../../envoy/explained.ts'
import type { Configuration, KnownRoutes } from '../configuration.ts'
import type { Connection, HttpRequest } from '../connection.ts'
import { normalizedPath } from '../matching/path.ts'
import type { NetworkFilterConfig, Route, VirtualHost } from '../resources.ts'
import { checkSecurity } from '../security/check.ts'
import { type Ending, type Hop, type Lost, lateStep, type Step } from '../step.ts'
import { branchesOfShares } from './branches.ts'
import { withClientAddress } from './client-address.ts'
import { routeConfigurationOf, type Share, sharesOf, withTraffic } from './filters.ts'
import {
  abortAnswer,
  type OwnAnswer,
  preflightAnswer,
  redirectAnswer,
  rewrittenRequest,
  tlsRedirect,
} from './rewrite.ts'
import { routedRequest, routeIndex, unmetCondition } from './route.ts'
import { virtualHostIndex, withoutPort } from './virtual-host.ts'
import { conditionText, routeEffects } from './words.ts'

const ended = (steps: readonly Step[], ending: Ending): Hop => ({ steps, branches: [], ending })

/** A connection whose bytes the manager cannot read as a request. */
function notHttp({ tls }: Connection): Ending {
  const text = tls
    ? 'the proxy expects plain HTTP here, and the client sends TLS'
    : 'the proxy expects HTTP here, and the client sends something else'
  return { outcome: 'refused', status: 400, text }
}

interface FoundHost {
  readonly host: VirtualHost
  readonly index: number
  readonly step: Step
}

function explainHost(host: VirtualHost, routes: KnownRoutes, index: number, authority: string) {
  const port = routes.resource.ignorePortInHostMatching && withoutPort(authority) !== authority
  const without = port ? ' (without its port)' : ''
  const domains = host.domains.includes('*') && host.domains.length === 1
  const reason = domains
    ? `no other virtual host is for ${authority}${without}`
    : `${authority}${without} is one of its hosts`
  const origins = routes.virtualHosts[index]?.origins ?? []
  const why = origins[0] ? `; ${origins[0].why}` : ''
  return { result: host.name, reason: reason + why, origins }
}

const hostStep = (host: VirtualHost, routes: KnownRoutes, index: number, authority: string): Step =>
  lateStep('virtualHost', routes.resource.name, () => explainHost(host, routes, index, authority))

function findHost(routes: KnownRoutes, { authority }: HttpRequest): FoundHost | undefined {
  const index = virtualHostIndex(routes.resource, authority)
  const host = index === undefined ? undefined : routes.resource.virtualHosts?.[index]
  return index === undefined || !host ? undefined : { host, index, step: hostStep(host, routes, index, authority) }
}

/** At most this many routes that did not match are listed. */
const MOST_LOST = 5

const routeLabel = (route: Route): string => `route ${route.name || conditionText(route)}`

function lostRoutes(
  { host, index }: FoundHost,
  routes: KnownRoutes,
  chosen: number,
  request: HttpRequest,
): readonly Lost[] {
  const asked = routedRequest(request)
  return (host.routes ?? [])
    .slice(0, chosen)
    .slice(0, MOST_LOST)
    .map((route, position) => ({
      what: routeLabel(route),
      why: `the request does not have ${unmetCondition(route.match, asked)}`,
      location: routes.virtualHosts[index]?.routes[position]?.origins[0]?.location,
    }))
}

function actionText({ route, redirect, directResponse }: Route): string {
  if (redirect) return 'redirect'
  if (directResponse) return `answer ${directResponse.status}`
  const shares = withTraffic(sharesOf(route ?? {}))
  return shares.map(({ cluster, weight }) => (shares.length > 1 ? `${weight}% ${cluster}` : cluster)).join(', ')
}

/** What the first cluster gets instead of the path and host of the request. */
function rewriteText(route: Route, request: HttpRequest): string {
  const [share = {}] = sharesOf(route.route ?? {})
  const { path, authority } = rewrittenRequest(route, share, request)
  const changes = [
    ...(path === request.path ? [] : [`the path becomes ${path}`]),
    ...(authority === request.authority ? [] : [`the host becomes ${authority}`]),
  ]
  return changes.join(', ')
}

function explainRoute(found: FoundHost, routes: KnownRoutes, chosen: number, route: Route, request: HttpRequest) {
  const origins = routes.virtualHosts[found.index]?.routes[chosen]?.origins ?? []
  const matched = `${request.method} ${request.path} meets its conditions: ${conditionText(route)}`
  const parts = [matched, origins[0]?.why ?? '', rewriteText(route, request), routeEffects(route)]
  const lost = lostRoutes(found, routes, chosen, request)
  return {
    result: `${route.name ? `${route.name}: ` : ''}${actionText(route)}`,
    reason: parts.filter((part) => part !== '').join('; '),
    origins,
    lost: lost.length > 0 ? lost : undefined,
  }
}

const BLOCKED = 'block_all'

/** An answer of the proxy itself; undefined if the request goes on. */
function ownEnding(route: Route, request: HttpRequest): Ending | undefined {
  const answer = (outcome: Ending['outcome'], { status, location }: OwnAnswer, what: string): Ending => ({
    outcome,
    status,
    ...(location !== undefined && { location }),
    text: `the proxy answers with status ${status}${what}${location === undefined ? '' : `: ${location}`}`,
  })
  const preflight = preflightAnswer(route, request)
  if (preflight) return answer('direct-response', preflight, ' to the preflight, by the CORS policy of the route')
  const abort = abortAnswer(route)
  if (abort) return answer('direct-response', abort, ', by the fault of the route')
  if (route.redirect) return answer('redirect', redirectAnswer(route.match, route.redirect, request), '')
  const { directResponse } = route
  if (!directResponse) return undefined
  const status = { status: directResponse.status ?? 0 }
  if (route.name === BLOCKED) return answer('blackhole', status, ': unknown hosts are not allowed')
  return answer('direct-response', status, ', by the route')
}

const REFUSED = (status: number, text: string): Ending => ({ outcome: 'refused', status, text })

function forwarded(configuration: Configuration, route: Route, connection: Connection, http: HttpRequest): Hop {
  const sentTo = (share: Share): Connection => ({ ...connection, http: rewrittenRequest(route, share, http) })
  const branches = branchesOfShares(configuration, sharesOf(route.route ?? {}), sentTo, true)
  const ending = branches.length > 0 ? undefined : REFUSED(503, 'the route has no cluster with a weight')
  return { steps: [], branches, ending }
}

function routed(
  configuration: Configuration,
  manager: NetworkFilterConfig,
  received: Connection,
  request: HttpRequest,
  { port, origins }: Place,
): Hop {
  const path = normalizedPath(request.path, manager)
  if (path === undefined) return ended([], REFUSED(400, 'the proxy refuses the path of the request'))
  const seen = withClientAddress(manager, received, { ...request, path })
  const check = checkSecurity(manager.httpFilters, seen, origins)
  const hop = check.ending
    ? ended([], check.ending)
    : toRoute(configuration, manager, check.connection, check.connection.http ?? seen.http, port)
  return check.steps.length === 0 ? hop : { ...hop, steps: [...check.steps, ...hop.steps] }
}

function toRoute(
  configuration: Configuration,
  manager: NetworkFilterConfig,
  connection: Connection,
  http: HttpRequest,
  port: number,
): Hop {
  const routes = routeConfigurationOf(configuration, manager, port)
  const found = routes && findHost(routes, http)
  if (!routes || !found) return ended([], REFUSED(404, `no virtual host is for ${http.authority}`))
  if (found.host.requireTls === 'ALL' && http.scheme !== 'https') {
    const answer = tlsRedirect(http)
    const text = `the server redirects plain HTTP to ${answer.location}`
    return ended([found.step], { outcome: 'redirect', ...answer, text })
  }
  const chosen = routeIndex(found.host, routedRequest(http))
  const route = chosen === undefined ? undefined : found.host.routes?.[chosen]
  if (chosen === undefined || !route) {
    return ended([found.step], REFUSED(404, `no route of ${found.host.name} matches ${http.method} ${http.path}`))
  }
  const explained = () => explainRoute(found, routes, chosen, route, http)
  const steps = [found.step, lateStep('route', route.name || undefined, explained)]
  const ending = ownEnding(route, http)
  if (ending) return { ...ended(steps, ending), route }
  const hop = forwarded(configuration, route, connection, http)
  return { ...hop, steps, route }
}

const GRPC = /^application\/grpc(?:$|[+;])/
/** gRPC's own codes of HTTP's (source/common/grpc/status.cc). */
const GRPC_STATUS: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
}
const GRPC_UNKNOWN = 2
const GRPC_CARRIER = 200

/** Clients of gRPC get the proxy's own answers with status 200, and the error in a field of its own. */
function asGrpc(ending: Ending): Ending {
  const { status, text } = ending
  if (status === undefined || status === GRPC_CARRIER) return ending
  const code = GRPC_STATUS[status] ?? GRPC_UNKNOWN
  return { ...ending, status: GRPC_CARRIER, text: `${text} (for a client of gRPC status 200 with grpc-status ${code})` }
}

/** Where a connection manager is. */
export interface Place {
  /** Of the listener. */
  readonly port: number
  /** Of the filter chain. */
  readonly origins: readonly Origin[]
}

/** The way of a request through a connection manager. */
export function throughManager(
  configuration: Configuration,
  manager: NetworkFilterConfig,
  connection: Connection,
  place: Place,
): Hop {
  if (!connection.http || connection.tls) return ended([], notHttp(connection))
  const hop = routed(configuration, manager, connection, connection.http, place)
  if (!GRPC.test(connection.http.headers.get('content-type') ?? '')) return hop
  const branches = hop.branches.map((branch) => ({ ...branch, ending: asGrpc(branch.ending) }))
  return { ...hop, branches, ending: hop.ending && asGrpc(hop.ending) }
}
