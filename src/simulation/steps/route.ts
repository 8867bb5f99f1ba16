/** Which route of a virtual host a request takes: the first one that matches. */
import type { JsonMapping } from '../../sources/mapping.ts'
import type { HttpRequest } from '../connection.ts'
import { matchesMetadata } from '../matching/metadata.ts'
import { cut, matchesHeader, matchesParameter, matchesRegex, parametersOf } from '../matching/values.ts'
import type { Route, RouteMatch, VirtualHost } from '../resources.ts'

/** A request, taken apart once for all routes. */
export interface RoutedRequest {
  readonly path: string
  readonly parameters: ReadonlyMap<string, string>
  /** Pseudo headers among them. */
  readonly headers: ReadonlyMap<string, string>
  /** Of a token that the proxy has checked. */
  readonly claims: JsonMapping | undefined
}

export function routedRequest(request: HttpRequest): RoutedRequest {
  const [path, query] = cut(request.path, '?')
  const headers = new Map(request.headers)
  headers.set(':method', request.method)
  headers.set(':path', request.path)
  headers.set(':authority', request.authority)
  headers.set(':scheme', request.scheme)
  if (request.authority !== '') headers.set('host', request.authority)
  return { path, parameters: parametersOf(query), headers, claims: request.claims }
}

function matchesPath(match: RouteMatch, path: string): boolean {
  const fold = (value: string): string => (match.caseSensitive === false ? value.toLowerCase() : value)
  const actual = fold(path)
  if (match.path !== undefined) return actual === fold(match.path)
  if (match.safeRegex !== undefined) return matchesRegex(match.safeRegex.regex, path)
  if (match.pathSeparatedPrefix !== undefined) {
    const prefix = fold(match.pathSeparatedPrefix)
    return actual === prefix || actual.startsWith(`${prefix}/`)
  }
  return actual.startsWith(fold(match.prefix ?? ''))
}

/** The first condition of a match that a request does not meet; undefined when it matches. */
export function unmetCondition(match: RouteMatch, request: RoutedRequest): string | undefined {
  if (!matchesPath(match, request.path)) return `the path ${pathText(match)}`
  const header = match.headers?.find((condition) => !matchesHeader(condition, request.headers))
  if (header) return `the header ${header.name}`
  const parameter = match.queryParameters?.find((condition) => !matchesParameter(condition, request.parameters))
  if (parameter) return `the query parameter ${parameter.name}`
  const unmet = match.dynamicMetadata?.some((condition) => !matchesMetadata(condition, request.claims))
  return unmet ? 'the claims of a token' : undefined
}

/** The path of a match as text: `/a`, `/a*`, or an expression. */
export function pathText({ path, prefix, pathSeparatedPrefix, safeRegex }: RouteMatch): string {
  if (path !== undefined) return path
  if (pathSeparatedPrefix !== undefined) return `${pathSeparatedPrefix}[/*]`
  return safeRegex === undefined ? `${prefix ?? ''}*` : (safeRegex.regex ?? '')
}

/** The position of the first route that matches. */
export function routeIndex({ routes = [] }: VirtualHost, request: RoutedRequest): number | undefined {
  const index = routes.findIndex(({ match }) => unmetCondition(match, request) === undefined)
  return index < 0 ? undefined : index
}

export function routeOf(host: VirtualHost, request: RoutedRequest): Route | undefined {
  const index = routeIndex(host, request)
  return index === undefined ? undefined : host.routes?.[index]
}
