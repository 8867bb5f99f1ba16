/** HTTP routes (pkg/config/validation/virtualservice.go of the reference). */

import { base64Size, utf8Length } from '../../common/bytes.ts'
import { GRPC_STATUS, isNamedHttpStatus } from '../../common/status-codes.ts'
import type {
  CorsPolicy,
  HTTPDirectResponse,
  HTTPFaultInjection,
  HTTPMirrorPolicy,
  HTTPRedirect,
  HTTPRetry,
  HTTPRewrite,
  HTTPRoute,
  StringMatch,
} from '../messages/virtual-service.ts'
import { checkHttpMatch } from './http-match.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkDestination, checkDestinations } from './values/destination.ts'
import {
  checkHeaders,
  checkRegex,
  checkRegexMatch,
  checkStatus,
  isAuthorityHeader,
  isHeaderName,
} from './values/http-values.ts'
import { checkDuration, checkFraction, checkPercent, parseInteger } from './values/numbers.ts'
import { checkPort } from './values/ports.ts'

/**
 * @param at the path of the route
 * @param delegate whether the VirtualService is a delegate
 * @param foreign whether it was generated from another API
 */
export function checkHttpRoute(report: Report, at: Path, route: HTTPRoute, delegate: boolean, foreign: boolean): void {
  checkActions(report, at, route, delegate)
  for (let index = 0; index < route.match.length; index++) {
    const match = route.match[index]
    if (match) checkHttpMatch(report, [...at, 'match', index], match)
  }
  checkHeaders(report, at, route.headers)
  if (route.corsPolicy) checkCors(report, [...at, 'corsPolicy'], route.corsPolicy)
  if (route.fault) checkFault(report, at, route.fault)
  checkMirroring(report, at, route)
  if (route.redirect) checkRedirect(report, [...at, 'redirect'], route.redirect, route)
  if (route.directResponse) checkDirectResponse(report, [...at, 'directResponse'], route.directResponse)
  if (route.retries) checkRetries(report, [...at, 'retries'], route.retries)
  if (route.rewrite) checkRewrite(report, at, route.rewrite)
  checkAuthority(report, at, route)
  checkDestinations(report, [...at, 'route'], route.route, foreign)
  for (let index = 0; index < route.route.length; index++) {
    checkHeaders(report, [...at, 'route', index], route.route[index]?.headers)
  }
  checkDuration(report, at, 'timeout', route.timeout)
}

function conflict(report: Report, at: Path, field: string, other: string): void {
  report.error(at, field, 'route-action-conflict', `${field} and ${other} exclude each other`)
}

function checkActions(report: Report, at: Path, route: HTTPRoute, delegate: boolean): void {
  if (route.delegate) {
    if (delegate) {
      const message = 'a VirtualService without hosts is a delegate itself, and cannot delegate further'
      report.error(at, 'delegate', 'delegate-invalid', message)
    } else {
      if (route.redirect) conflict(report, at, 'redirect', 'delegate')
      if (route.route.length > 0) conflict(report, at, 'route', 'delegate')
      return
    }
  }
  const action = route.redirect ? 'redirect' : route.directResponse ? 'directResponse' : undefined
  if (action) {
    if (route.route.length > 0) conflict(report, at, 'route', action)
    if (route.fault) conflict(report, at, 'fault', action)
    if (route.rewrite) conflict(report, at, 'rewrite', action)
    if (route.redirect && route.directResponse) conflict(report, at, 'directResponse', action)
  } else if (route.route.length === 0) {
    const message = 'a route, redirect or directResponse is needed'
    report.error(at, 'route', 'route-action-required', message)
  }
  if (route.mirror && route.mirrors.length > 0) conflict(report, at, 'mirrors', 'mirror')
}

/** The methods of Go's net/http. */
const CORS_METHODS: ReadonlySet<string> = new Set('GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE'.split(' '))

function checkCors(report: Report, at: Path, cors: CorsPolicy): void {
  for (let index = 0; index < cors.allowOrigins.length; index++) {
    const origin = cors.allowOrigins[index]
    if (origin) checkOrigin(report, [...at, 'allowOrigins'], index, origin)
  }
  for (let index = 0; index < cors.allowMethods.length; index++) {
    const method = cors.allowMethods[index] ?? ''
    if (CORS_METHODS.has(method) || (method === '*' && report.settings.has('all-cors-methods'))) continue
    report.error([...at, 'allowMethods'], index, 'cors-invalid', `${quote(method)} is not an HTTP method`)
  }
  for (const field of ['allowHeaders', 'exposeHeaders'] as const) {
    for (let index = 0; index < cors[field].length; index++) {
      const name = cors[field][index] ?? ''
      if (name === '*' || isHeaderName(name, report.settings)) continue
      report.error([...at, field], index, 'header-name-invalid', `${quote(name)} is not a header name`)
    }
  }
  checkDuration(report, at, 'maxAge', cors.maxAge)
  if (cors.maxAge && cors.maxAge.nanos > 0) {
    report.error(at, 'maxAge', 'cors-invalid', 'maxAge must be in whole seconds')
  }
}

function checkOrigin(report: Report, parent: Path, index: number, origin: StringMatch): void {
  if (!origin.exact && !origin.prefix && !origin.regex) {
    report.error(parent, index, 'cors-invalid', 'an allowed origin must not be empty')
  } else {
    checkRegexMatch(report, [...parent, index], origin)
  }
}

function checkFault(report: Report, parent: Path, { abort, delay }: HTTPFaultInjection): void {
  if (!abort && !delay) report.error(parent, 'fault', 'fault-invalid', 'a fault needs an abort or a delay')
  if (abort) {
    const at = [...parent, 'fault', 'abort']
    checkFraction(report, at, 'percentage', abort.percentage?.value)
    if (abort.httpStatus !== undefined) checkStatus(report, at, 'httpStatus', abort.httpStatus)
    if (abort.grpcStatus !== undefined && !GRPC_STATUS.has(abort.grpcStatus)) {
      const message = `${quote(abort.grpcStatus)} is not a gRPC status`
      report.error(at, 'grpcStatus', 'status-invalid', message, 'write its name, such as UNAVAILABLE')
    }
    if (abort.http2Error !== undefined) {
      report.error(at, 'http2Error', 'fault-invalid', 'http2Error is not supported', 'use httpStatus or grpcStatus')
    }
  }
  if (delay) {
    const at = [...parent, 'fault', 'delay']
    checkFraction(report, at, 'percentage', delay.percentage?.value)
    checkDuration(report, at, 'fixedDelay', delay.fixedDelay)
    if (delay.exponentialDelay !== undefined) {
      report.error(at, 'exponentialDelay', 'fault-invalid', 'exponentialDelay is not supported', 'use fixedDelay')
    }
  }
}

function checkMirroring(report: Report, at: Path, route: HTTPRoute): void {
  if (route.mirrorPercent !== undefined) {
    checkPercent(report, at, 'mirrorPercent', route.mirrorPercent)
    report.warn(at, 'mirrorPercent', 'deprecated-field', 'mirrorPercent is deprecated', 'use mirrorPercentage')
  }
  if (route.mirrorPercentage) checkPercent(report, at, 'mirrorPercentage', route.mirrorPercentage.value)
  if (route.mirror) checkDestination(report, [...at, 'mirror'], route.mirror)
  for (let index = 0; index < route.mirrors.length; index++) {
    const mirror = route.mirrors[index]
    if (mirror) checkMirror(report, [...at, 'mirrors', index], mirror)
  }
}

function checkMirror(report: Report, at: Path, { destination, percentage }: HTTPMirrorPolicy): void {
  if (!destination) {
    report.error(at, 'destination', 'destination-required', 'a mirror needs a destination')
    return
  }
  checkDestination(report, [...at, 'destination'], destination)
  if (percentage) checkPercent(report, at, 'percentage', percentage.value)
}

function checkRedirect(report: Report, at: Path, redirect: HTTPRedirect, { match }: HTTPRoute): void {
  const { uri, prefixRewrite, authority, scheme, port, derivePort, redirectCode } = redirect
  const fail = (field: string, message: string) => report.error(at, field, 'redirect-invalid', message)
  if (uri !== '' && prefixRewrite !== '') fail('prefixRewrite', 'uri and prefixRewrite exclude each other')
  if (prefixRewrite !== '' && match.some((item) => item.uri && item.uri.prefix === undefined)) {
    fail('prefixRewrite', 'prefixRewrite needs matches by uri prefix')
  }
  const redirects = uri + prefixRewrite + authority + scheme !== '' || port !== undefined || derivePort !== undefined
  if (!redirects) fail('uri', 'a redirect needs a uri, prefixRewrite, authority, scheme or port')
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399)) {
    fail('redirectCode', `the code of a redirect must be between 300 and 399, not ${redirectCode}`)
  }
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https') {
    fail('scheme', `${quote(scheme)} is neither http nor https`)
  }
  if (port !== undefined && port !== 0) checkPort(report, at, 'port', port)
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** As Go's base64.StdEncoding decodes it, ignoring line breaks. */
function isBase64(text: string): boolean {
  const joined = text.replace(/[\r\n]/g, '')
  return joined.length % 4 === 0 && BASE64.test(joined)
}

const LARGEST_BODY = 1024 * 1024
const LARGE_BODY = 100 * 1024

function checkDirectResponse(report: Report, at: Path, { status, body }: HTTPDirectResponse): void {
  checkStatus(report, at, 'status', status)
  if (body?.bytes !== undefined && !isBase64(body.bytes)) {
    report.error([...at, 'body'], 'bytes', 'body-not-base64', `${quote(body.bytes)} is not base64, which bytes must be`)
  }
  const size = utf8Length(body?.string ?? '') + base64Size(body?.bytes ?? '')
  if (size > LARGEST_BODY) {
    report.error(at, 'body', 'body-too-large', `the body has ${size} bytes, more than 1 MiB`)
  } else if (size > LARGE_BODY) {
    report.warn(at, 'body', 'body-too-large', `the body has ${size} bytes, which every proxy must be sent`)
  }
}

/** Envoy's retry conditions (x-envoy-retry-on and x-envoy-retry-grpc-on). */
const RETRY_POLICIES: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
])

function checkRetries(report: Report, at: Path, retries: HTTPRetry): void {
  const { attempts, perTryTimeout, retryOn, retryRemoteLocalities, backoff } = retries
  if (attempts < 0) report.error(at, 'attempts', 'number-negative', `attempts must not be negative, but is ${attempts}`)
  if (attempts === 0 && (perTryTimeout || retryOn !== '' || retryRemoteLocalities !== undefined)) {
    report.error(at, 'attempts', 'retry-invalid', 'attempts is 0, which turns retries off, but more is set')
  }
  checkDuration(report, at, 'perTryTimeout', perTryTimeout)
  checkDuration(report, at, 'backoff', backoff)
  if (retryOn === '') return
  for (const policy of retryOn.split(',')) {
    if (RETRY_POLICIES.has(policy) || isNamedHttpStatus(parseInteger(policy) ?? 0)) continue
    const message = `${quote(policy)} is neither a retry policy of Envoy nor an HTTP status`
    report.error(at, 'retryOn', 'retry-invalid', message, 'separate several by commas, without spaces')
  }
}

function checkRewrite(report: Report, parent: Path, { uri, uriRegexRewrite, authority }: HTTPRewrite): void {
  const at = [...parent, 'rewrite']
  if (!uriRegexRewrite) {
    if (uri === '' && authority === '') {
      report.error(parent, 'rewrite', 'rewrite-invalid', 'a rewrite needs a uri, uriRegexRewrite or authority')
    }
    return
  }
  if (uri !== '') {
    report.error(at, 'uriRegexRewrite', 'rewrite-invalid', 'uri and uriRegexRewrite exclude each other')
  } else if (uriRegexRewrite.match === '' || uriRegexRewrite.rewrite === '') {
    report.error(at, 'uriRegexRewrite', 'rewrite-invalid', 'uriRegexRewrite needs match and rewrite')
  } else {
    checkRegex(report, [...at, 'uriRegexRewrite'], 'match', uriRegexRewrite.match)
  }
}

/** The authority may be set by the rewrite or by one header, not by both. */
function checkAuthority(report: Report, at: Path, { rewrite, headers }: HTTPRoute): void {
  if (!headers?.request) return
  let current = rewrite?.authority ?? ''
  for (const operation of ['set', 'add'] as const) {
    for (const [name, value] of headers.request[operation]) {
      if (!isAuthorityHeader(name)) continue
      if (current !== '') {
        const message = `the authority is already set to ${quote(current)}`
        report.error([...at, 'headers', 'request', operation], name, 'authority-conflict', message)
        return
      }
      current = value
    }
  }
}
