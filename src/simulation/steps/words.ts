/** Decisions of Envoy in words. */
import type { Connection } from '../connection.ts'
import type { Cluster, FilterChainMatch, Route } from '../resources.ts'
import type { Inspected } from './inspection.ts'
import type { ListenerRule } from './listener.ts'
import { faultOf, percentOf } from './rewrite.ts'
import { pathText } from './route.ts'
import type { Transport } from './transport.ts'

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const joined = (parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(', ')

export const LISTENER_RULES: Readonly<Record<ListenerRule, string>> = {
  address: 'it listens on exactly this address and port',
  port: 'no listener has exactly this address; this one takes every address with the port',
  'own-port': 'the gateway listens on this port',
  'original-destination': 'no listener has this address or port; this one takes what was redirected to the proxy',
}

const MESH_PROTOCOLS = /^istio/

/** A match of a filter chain: `port 8080, TLS, server name *.example.com`; '' for one without conditions. */
export function matchText(match: FilterChainMatch = {}): string {
  const { destinationPort, prefixRanges = [], serverNames = [], transportProtocol, applicationProtocols = [] } = match
  const protocols = applicationProtocols.some((protocol) => MESH_PROTOCOLS.test(protocol))
    ? "protocols of the mesh's TLS"
    : applicationProtocols.join('/')
  return joined([
    destinationPort !== undefined && `port ${destinationPort}`,
    prefixRanges.length > 0 &&
      `address in ${prefixRanges.map(({ addressPrefix, prefixLen = 0 }) => `${addressPrefix}/${prefixLen}`).join(', ')}`,
    serverNames.length > 0 && `server name ${serverNames.join(', ')}`,
    transportProtocol === 'tls' ? 'TLS' : transportProtocol === 'raw_buffer' && 'no TLS',
    protocols,
  ])
}

/** What the inspectors saw: `the TLS inspector sees the server name a.example.com`. */
export function inspectionText({ inspectors, ...seen }: Inspected, connection: Connection): string {
  if (inspectors.length === 0) {
    return connection.tls ? 'the listener does not look into the TLS of the client' : ''
  }
  if (seen.waits > 0) return `the client sends nothing, so inspection ends after ${seen.waits / 1000} s`
  if (seen.transportProtocol === 'tls') {
    const alpn =
      seen.applicationProtocols.length > 0 ? ` and the protocols ${seen.applicationProtocols.join(', ')}` : ''
    return `the inspector sees TLS with ${seen.sni === '' ? 'no server name' : `the server name ${seen.sni}`}${alpn}`
  }
  const [protocol] = seen.applicationProtocols
  if (protocol !== undefined) return `the inspector sees ${protocol === 'h2c' ? 'HTTP/2' : 'HTTP/1.1'} without TLS`
  return inspectors.includes('HTTP') ? 'the inspectors see neither TLS nor HTTP' : 'the inspector sees no TLS'
}

function hashText({ route }: Route): string | undefined {
  const [policy] = route?.hashPolicy ?? []
  if (!policy) return undefined
  const { header, cookie, connectionProperties, queryParameter } = policy
  const key = header
    ? `header ${header.headerName}`
    : cookie
      ? `cookie ${cookie.name}`
      : connectionProperties
        ? 'source address'
        : `parameter ${queryParameter?.name}`
  return `one endpoint per ${key}`
}

function headerText(route: Route): string {
  const { requestHeadersToAdd = [], requestHeadersToRemove = [] } = route
  const { responseHeadersToAdd = [], responseHeadersToRemove = [] } = route
  const names = (list: readonly { readonly header: { readonly key: string } }[]) =>
    list.map(({ header }) => header.key).join(', ')
  return joined([
    requestHeadersToAdd.length > 0 && `sets ${names(requestHeadersToAdd)}`,
    requestHeadersToRemove.length > 0 && `removes ${requestHeadersToRemove.join(', ')}`,
    responseHeadersToAdd.length > 0 && `sets ${names(responseHeadersToAdd)} of the response`,
    responseHeadersToRemove.length > 0 && `removes ${responseHeadersToRemove.join(', ')} of the response`,
  ])
}

function faultText(route: Route): string {
  const { abort, delay } = faultOf(route) ?? {}
  return joined([
    delay && `delays ${percentOf(delay.percentage ?? {})}% by ${delay.fixedDelay}`,
    abort && `aborts ${percentOf(abort.percentage ?? {})}%`,
  ])
}

const NO_TIMEOUT = '0s'

/** Everything that a route does besides choosing clusters. */
export function routeEffects(route: Route): string {
  const { timeout = NO_TIMEOUT, retryPolicy, requestMirrorPolicies = [] } = route.route ?? {}
  return joined([
    timeout !== NO_TIMEOUT && `timeout ${timeout}`,
    retryPolicy && `${retryPolicy.numRetries ?? 0} retries`,
    faultText(route),
    headerText(route),
    ...requestMirrorPolicies.map(
      ({ cluster, runtimeFraction }) => `mirrors ${percentOf(runtimeFraction?.defaultValue ?? {})}% to ${cluster}`,
    ),
    hashText(route),
  ])
}

/** `path /v2*, header end-user`: the conditions of a route. */
export function conditionText({ match }: Route): string {
  const { headers = [], queryParameters = [] } = match
  return joined([
    match.prefix === '/' ? 'every path' : `path ${pathText(match)}`,
    ...headers.map(({ name }) => `header ${name}`),
    ...queryParameters.map(({ name }) => `parameter ${name}`),
  ])
}

const TRANSPORTS: Readonly<Record<Transport['mode'], string>> = {
  none: 'plain text',
  simple: 'TLS',
  mutual: 'mutual TLS',
  'istio-mutual': "the mesh's mutual TLS",
  passthrough: "the client's own TLS",
}

export function transportText({ mode, tls, proxyProtocol }: Transport): string {
  const sni = tls?.sni ? `, server name ${tls.sni}` : ''
  return `${TRANSPORTS[mode]}${sni}${proxyProtocol ? ', after the PROXY protocol' : ''}`
}

/** Envoy's largest number, which Istio sends for no limit. */
const NO_LIMIT = 4_294_967_295

/** Limits that may keep a connection from an endpoint. */
export function limitsText({ outlierDetection, circuitBreakers }: Cluster): string {
  const [{ maxConnections = NO_LIMIT } = {}] = circuitBreakers?.thresholds ?? []
  const errors = outlierDetection?.consecutive5xx
  return joined([
    maxConnections !== NO_LIMIT && `at most ${maxConnections} connections`,
    outlierDetection && `outlier detection${errors ? ` after ${errors} errors` : ''}`,
  ])
}
