/** Conditions of a route (route.go TranslateRouteMatch). */

import { compareBytes } from '../../../common/bytes.ts'
import type { HTTPMatchRequest, StringMatch } from '../../../kinds/messages/virtual-service.ts'
import { compact } from '../../json.ts'
import { unlessEmpty } from './fields.ts'
import type {
  HeaderMatcher,
  MetadataMatcher,
  QueryParameterMatcher,
  RegexMatcher,
  RouteMatch,
  StringMatcher,
} from './resources.ts'

const ROOT = '/'
const ANY_PATH = '/*'
/** Not a regular expression, but commonly written for "present". */
const ANY_VALUE = '*'

const CLAIMS_HEADER = '@request.auth.claims'
const JWT_FILTER = 'envoy.filters.http.jwt_authn'
const JWT_PAYLOAD = 'payload'

/** The match of routes without conditions. */
const ALL_REQUESTS: RouteMatch = { prefix: ROOT }

export function regexMatcher(regex: string): RegexMatcher {
  return compact({ regex: regex || undefined })
}

/** @returns undefined for a match without any condition */
export function stringMatcher(match: StringMatch): StringMatcher | undefined {
  if (match.exact !== undefined) return { exact: match.exact }
  if (match.prefix !== undefined) return { prefix: match.prefix }
  return match.regex === undefined ? undefined : { safeRegex: regexMatcher(match.regex) }
}

function valueMatcher(name: string, match: StringMatch): QueryParameterMatcher {
  const matcher = match.regex === ANY_VALUE ? undefined : stringMatcher(match)
  return matcher ? { name, stringMatch: matcher } : { name, presentMatch: true }
}

function absentHeaderMatcher(name: string, match: StringMatch): HeaderMatcher {
  const matcher = valueMatcher(name, match)
  // A header that must be absent cannot also be treated as empty.
  if (matcher.presentMatch) return { ...matcher, invertMatch: true }
  return { ...matcher, invertMatch: true, treatMissingHeaderAsEmpty: true }
}

/** The claims in `@request.auth.claims.a.b` or `@request.auth.claims[a][b]`; undefined for other headers (pkg/jwt). */
function claimsOf(header: string): readonly string[] | undefined {
  if (header.slice(0, CLAIMS_HEADER.length).toLowerCase() !== CLAIMS_HEADER) return undefined
  const rest = header.slice(CLAIMS_HEADER.length)
  if (rest.startsWith('.') && rest.length > 1) return rest.slice(1).split('.')
  if (rest.startsWith('[') && rest.endsWith(']') && rest.length > 2) return rest.slice(1, -1).split('][')
  return undefined
}

function claimMatcher(claims: readonly string[], match: StringMatch, invert: boolean): MetadataMatcher {
  const value = { stringMatch: stringMatcher(match) ?? {} }
  return compact<MetadataMatcher>({
    filter: JWT_FILTER,
    path: [JWT_PAYLOAD, ...claims].map((key) => ({ key })),
    value: { orMatch: { valueMatchers: [{ listMatch: { oneOf: value } }, value] } },
    invert: invert || undefined,
  })
}

const byName = ([a]: readonly [string, StringMatch], [b]: readonly [string, StringMatch]) => compareBytes(a, b)

/** Conditions on headers, and those on token claims, which are also written as headers. */
function headerConditions(match: HTTPMatchRequest) {
  const headers: HeaderMatcher[] = []
  const claims: MetadataMatcher[] = []
  for (const [names, absent] of [
    [match.headers, false],
    [match.withoutHeaders, true],
  ] as const) {
    for (const [name, value] of [...names].sort(byName)) {
      const path = claimsOf(name)
      if (path) claims.push(claimMatcher(path, value, absent))
      else headers.push(absent ? absentHeaderMatcher(name, value) : valueMatcher(name, value))
    }
  }
  headers.sort((a, b) => compareBytes(a.name, b.name))
  if (match.method) headers.push(valueMatcher(':method', match.method))
  if (match.authority) headers.push(valueMatcher(':authority', match.authority))
  if (match.scheme) headers.push(valueMatcher(':scheme', match.scheme))
  return { headers, claims }
}

type PathMatch = Pick<RouteMatch, 'prefix' | 'pathSeparatedPrefix' | 'path' | 'safeRegex'>

function pathOf(uri: StringMatch | undefined, wholeSegments: boolean): PathMatch {
  if (uri?.exact !== undefined) return { path: uri.exact }
  if (uri?.regex !== undefined) return { safeRegex: regexMatcher(uri.regex) }
  const prefix = uri?.prefix ?? ROOT
  return wholeSegments && prefix !== ROOT ? { pathSeparatedPrefix: prefix.replace(/\/$/, '') } : { prefix }
}

/**
 * @param match undefined for a rule without conditions
 * @param wholeSegments a prefix of the path ends at a slash
 */
export function routeMatch(match: HTTPMatchRequest | undefined, wholeSegments: boolean): RouteMatch {
  if (!match) return ALL_REQUESTS
  const { headers, claims } = headerConditions(match)
  const parameters = [...match.queryParams].sort(byName).map(([name, value]) => valueMatcher(name, value))
  return compact<RouteMatch>({
    ...pathOf(match.uri, wholeSegments),
    caseSensitive: !match.ignoreUriCase,
    headers: unlessEmpty(headers),
    queryParameters: unlessEmpty(parameters),
    dynamicMetadata: unlessEmpty(claims),
  })
}

/** The path in the operation names of traces. */
export function operationPath(match: RouteMatch): string {
  if (match.prefix !== undefined) return `${match.prefix}*`
  if (match.pathSeparatedPrefix !== undefined) return ANY_PATH
  return match.path ?? match.safeRegex?.regex ?? ''
}
