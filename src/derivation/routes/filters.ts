/** Filters of rules and backends (pilot/pkg/config/kube/gateway/conversion.go). */
import { firstBy } from '../../common/collections.ts'
import type {
  CorsFilter,
  HeaderFilter,
  RequestMirror,
  RequestRedirect,
  RouteFilter,
  UrlRewrite,
} from '../../kinds/messages/gateway-api/filters.ts'
import {
  CorsPolicy,
  type Headers,
  type HeadersHeaderOperations,
  HTTPRedirect,
  HTTPRewrite,
  type Percent,
  StringMatch,
} from '../../kinds/messages/virtual-service.ts'
import { quoteMeta } from '../quote-meta.ts'
import { type LocationOf, UnusableRoute } from './model.ts'

const ROOT = '/'
const ANY_ORIGIN = '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s?#]+$'

const withoutSlash = (path: string): string => path.replace(/\/$/, '')

function invalidFilter(message: string, location: LocationOf): never {
  throw new UnusableRoute({ reason: 'InvalidFilter', message, location: location() })
}

/** A filter of a type that istiod does not know here. */
export const unsupportedFilter = (type: string, location: LocationOf): never =>
  invalidFilter(`istiod does not support the filter ${type} here`, location)

/** By name in lower case; of equal names, the first. */
function valuesByName(headers: HeaderFilter['set']): ReadonlyMap<string, string> {
  const first = firstBy(headers, ({ name }) => name.toLowerCase())
  return new Map([...first].map(([name, { value }]) => [name, value]))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the check is about
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/

function headerOperations({ set, add, remove }: HeaderFilter, location: LocationOf): HeadersHeaderOperations {
  const bad = [...set, ...add].find(({ value }) => CONTROL.test(value))
  if (bad) invalidFilter(`the value of header ${bad.name} has control characters`, location)
  return { set: valuesByName(set), add: valuesByName(add), remove }
}

/**
 * Adds a filter that changes headers.
 * @returns undefined when the filter is of another type
 * @throws UnusableRoute
 */
export function withHeaderFilter(
  headers: Headers | undefined,
  filter: RouteFilter,
  location: LocationOf,
): Headers | undefined {
  const { type, requestHeaderModifier, responseHeaderModifier } = filter
  const { request, response } = headers ?? { request: undefined, response: undefined }
  if (type === 'RequestHeaderModifier') {
    const operations = requestHeaderModifier && headerOperations(requestHeaderModifier, location)
    return { request: operations ?? request, response }
  }
  if (type !== 'ResponseHeaderModifier') return undefined
  const operations = responseHeaderModifier && headerOperations(responseHeaderModifier, location)
  return { request, response: operations ?? response }
}

export function redirectOf({ scheme, hostname, path, port, statusCode }: RequestRedirect): HTTPRedirect {
  const derived = scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT'
  return {
    ...HTTPRedirect.zero,
    redirectCode: statusCode,
    authority: hostname ?? '',
    scheme: scheme ?? '',
    uri: path?.type === 'ReplaceFullPath' ? (path.replaceFullPath ?? '') : '',
    prefixRewrite: path?.type === 'ReplacePrefixMatch' ? (path.replacePrefixMatch ?? '') : '',
    ...(port === undefined ? { derivePort: derived } : { port }),
  }
}

/** undefined when it changes nothing. */
export function rewriteOf({ hostname, path }: UrlRewrite): HTTPRewrite | undefined {
  const uri = path?.type === 'ReplacePrefixMatch' ? withoutSlash(path.replacePrefixMatch ?? '') || ROOT : ''
  const whole = path?.type === 'ReplaceFullPath' ? { match: '/.*', rewrite: path.replaceFullPath ?? '' } : undefined
  const authority = hostname ?? ''
  if (uri === '' && !whole && authority === '') return undefined
  return { ...HTTPRewrite.zero, uri, authority, uriRegexRewrite: whole }
}

/** The share of requests that are mirrored; undefined for all. */
export function mirroredShare({ fraction, percent }: RequestMirror): Percent | undefined {
  if (fraction) return { value: (100 * fraction.numerator) / fraction.denominator }
  return percent === undefined ? undefined : { value: percent }
}

function originMatch(origin: string): StringMatch {
  if (origin === '*') return { ...StringMatch.zero, regex: ANY_ORIGIN }
  if (!origin.includes('*')) return { ...StringMatch.zero, exact: origin }
  if (origin.indexOf('*') === origin.length - 1) return { ...StringMatch.zero, prefix: origin.slice(0, -1) }
  return { ...StringMatch.zero, regex: `^${quoteMeta(origin).replaceAll('\\*', '.*')}$` }
}

export function corsOf(filter: CorsFilter): CorsPolicy {
  const { allowOrigins, allowCredentials, allowMethods, allowHeaders, exposeHeaders, maxAge } = filter
  return {
    ...CorsPolicy.zero,
    allowOrigins: allowOrigins.filter((origin) => origin !== '').map(originMatch),
    allowMethods,
    allowHeaders,
    exposeHeaders,
    allowCredentials: allowCredentials ? true : undefined,
    maxAge: maxAge > 0 ? { seconds: maxAge, nanos: 0 } : undefined,
    unmatchedPreflights: 'IGNORE',
  }
}
