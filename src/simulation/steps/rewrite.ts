/** What a route changes in a request, and the answers that the proxy gives itself. */
import type { HttpRequest } from '../connection.ts'
import { splitQuery } from '../matching/path.ts'
import { matchesString, patternOf } from '../matching/values.ts'
import type {
  ClusterWeight,
  FaultConfig,
  FractionalPercent,
  HeaderOperations,
  RedirectAction,
  Route,
  RouteAction,
  RouteMatch,
  StringMatch,
} from '../resources.ts'

/** The part of a path that a match is about: its prefix, otherwise all of it. */
function matchedLength({ prefix, pathSeparatedPrefix, path, safeRegex }: RouteMatch, own: string): number {
  if (path !== undefined || safeRegex !== undefined) return own.length
  return (prefix ?? pathSeparatedPrefix ?? '').length
}

/** The path that goes on: with the matched part or the expression replaced. */
function rewrittenPath(
  match: RouteMatch,
  { prefixRewrite, regexRewrite }: Pick<RouteAction, 'prefixRewrite' | 'regexRewrite'>,
  path: string,
): string {
  const [own, query] = splitQuery(path)
  if (prefixRewrite) return prefixRewrite + own.slice(matchedLength(match, own)) + query
  if (!regexRewrite) return path
  const pattern = patternOf(regexRewrite.pattern.regex ?? '')
  return pattern ? pattern.replaceAll(own, regexRewrite.substitution ?? '') + query : path
}

const OVERWRITE = 'OVERWRITE_IF_EXISTS_OR_ADD'

/** Removes headers, then sets others or appends to them. */
function changeHeaders(headers: Map<string, string>, operations: HeaderOperations): void {
  for (const name of operations.requestHeadersToRemove ?? []) headers.delete(name.toLowerCase())
  for (const { header, appendAction } of operations.requestHeadersToAdd ?? []) {
    const name = header.key.toLowerCase()
    const { value = '' } = header
    const before = appendAction === OVERWRITE ? undefined : headers.get(name)
    headers.set(name, before === undefined ? value : `${before},${value}`)
  }
}

/** The request that a route sends to one of its clusters. The cluster's own changes to headers come first. */
export function rewrittenRequest(
  route: Pick<Route, 'match' | 'route'> & HeaderOperations,
  share: Pick<ClusterWeight, 'hostRewriteLiteral'> & HeaderOperations,
  request: HttpRequest,
): HttpRequest {
  const { match, route: action = {} } = route
  const authority = share.hostRewriteLiteral || action.hostRewriteLiteral || request.authority
  const headers = new Map(request.headers)
  changeHeaders(headers, share)
  changeHeaders(headers, route)
  return { ...request, authority, headers, path: rewrittenPath(match, action, request.path) }
}

const REDIRECT_STATUS: Readonly<Record<string, number>> = {
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
}
const MOVED_PERMANENTLY = 301

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

/** The request's host, without its port when the redirect changes the port, or the scheme that has this port. */
function redirectedHost(authority: string, oldScheme: string, newScheme: string, newPort: string): string {
  const bracket = authority.startsWith('[') ? authority.lastIndexOf(']:') + 1 : authority.lastIndexOf(':')
  if (bracket <= 0) return authority
  const port = authority.slice(bracket)
  const isDefault = newScheme !== oldScheme && port === DEFAULT_PORTS[oldScheme]
  return newPort !== '' || isDefault ? authority.slice(0, bracket) : authority
}

function redirectedPath(match: RouteMatch, action: RedirectAction, path: string): string {
  const { pathRedirect, prefixRewrite } = action
  if (pathRedirect) return pathRedirect.includes('?') ? pathRedirect : pathRedirect + splitQuery(path)[1]
  return prefixRewrite ? rewrittenPath(match, { prefixRewrite }, path) : path
}

/** The status that a redirect answers with. */
export const redirectStatus = ({ responseCode = '' }: RedirectAction): number =>
  REDIRECT_STATUS[responseCode] ?? MOVED_PERMANENTLY

export interface OwnAnswer {
  readonly status: number
  readonly location?: string
}

/** The answer of a redirect, with the address that the client is sent to. */
export function redirectAnswer(match: RouteMatch, action: RedirectAction, request: HttpRequest): OwnAnswer {
  const { authority, scheme: oldScheme, path } = request
  const scheme = action.schemeRedirect || oldScheme
  const port = action.portRedirect ? `:${action.portRedirect}` : ''
  const host = action.hostRedirect || redirectedHost(authority, oldScheme, scheme, port)
  return {
    status: redirectStatus(action),
    location: `${scheme}://${host}${port}${redirectedPath(match, action, path)}`,
  }
}

/** A virtual host that requires TLS sends requests without it to the same address with https. */
export function tlsRedirect(request: HttpRequest): OwnAnswer {
  return redirectAnswer({ prefix: '/' }, { schemeRedirect: 'https' }, request)
}

const DENOMINATORS: Readonly<Record<string, number>> = { TEN_THOUSAND: 100, MILLION: 10_000 }

/** A fraction in percent. */
export const percentOf = ({ numerator = 0, denominator = '' }: FractionalPercent): number =>
  numerator / (DENOMINATORS[denominator] ?? 1)

const FAULT = 'envoy.filters.http.fault'
const CORS = 'envoy.filters.http.cors'

export const faultOf = ({ typedPerFilterConfig }: Route): FaultConfig | undefined =>
  typedPerFilterConfig?.[FAULT] as FaultConfig | undefined

/** gRPC errors are answers with status 200. */
const GRPC_CARRIER = 200

/** The answer of a fault that aborts every request. */
export function abortAnswer(route: Route): OwnAnswer | undefined {
  const abort = faultOf(route)?.abort
  if (!abort?.percentage || percentOf(abort.percentage) < 100) return undefined
  return { status: abort.httpStatus ?? GRPC_CARRIER }
}

interface CorsConfig {
  readonly allowOriginStringMatch?: readonly StringMatch[]
  readonly forwardNotMatchingPreflights?: boolean
}

/** The answer to a preflight of a browser, unless its origin is not allowed and the policy lets it go on. */
export function preflightAnswer({ typedPerFilterConfig }: Route, request: HttpRequest): OwnAnswer | undefined {
  const policy = typedPerFilterConfig?.[CORS] as CorsConfig | undefined
  const origin = request.headers.get('origin')
  if (!policy || origin === undefined || request.method !== 'OPTIONS') return undefined
  if (!request.headers.has('access-control-request-method')) return undefined
  const allowed = policy.allowOriginStringMatch?.some((match) => matchesString(match, origin)) ?? false
  return allowed || policy.forwardNotMatchingPreflights === false ? { status: 200 } : undefined
}
