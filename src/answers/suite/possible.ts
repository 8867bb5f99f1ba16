/** Finds expectations that no request can meet. */
import { ipFamily } from '../../common/addresses.ts'
import { parseDuration } from '../../kinds/schema/duration.ts'
import type { Fields } from './fields.ts'
import type { SuiteRequest } from './model.ts'

/** Expectations that need a request with a route. */
const OF_HTTP = [
  'host',
  'path',
  'headers',
  'status',
  'location',
  'timeout',
  'route',
  'virtualHost',
  'routeConfiguration',
] as const

/** Expectations that need a cluster or what it gets. */
const OF_CLUSTER = ['cluster', 'subset', 'weights', 'endpoints', 'tls', 'host', 'path', 'headers'] as const

/** Expectations that need a connection. */
const OF_CONNECTION = [...OF_CLUSTER, 'listener', 'filterChain', 'inbound', 'notFrom'] as const

/** Outcomes of connections that get no cluster. */
const WITHOUT_CLUSTER: ReadonlySet<string> = new Set(['redirect', 'direct-response', 'not-captured', 'no-address'])

/** Outcomes of connections that no proxy answers itself. */
const WITHOUT_STATUS: ReadonlySet<string> = new Set(['reached', 'passthrough', 'not-captured', 'no-address', 'loop'])

type Never = (name: string, why: string, hint: string) => void

function checkRequest(fields: Fields, { url, dns }: SuiteRequest, never: Never): void {
  if (dns !== undefined) {
    const stated = [...new Set([...OF_HTTP, ...OF_CONNECTION])].filter((name) => fields.has(name))
    for (const name of stated) never(name, 'a name alone reaches no proxy', 'ask with url or tcp')
  } else if (url === undefined) {
    const stated = OF_HTTP.filter((name) => fields.has(name))
    for (const name of stated) never(name, 'a TCP connection has no request', 'ask with url')
  }
}

function checkOutcome(fields: Fields, never: Never): void {
  const outcome = fields.value('outcome')
  if (typeof outcome !== 'string') return
  if (WITHOUT_CLUSTER.has(outcome)) {
    for (const name of OF_CLUSTER.filter((each) => fields.has(each))) {
      never(name, `a request with the outcome ${outcome} gets no cluster`, 'leave out one of the two')
    }
  }
  if (outcome === 'no-endpoints' && fields.has('endpoints')) {
    never('endpoints', 'the outcome is no-endpoints', 'leave out one of the two')
  }
  if (WITHOUT_STATUS.has(outcome) && fields.has('status')) {
    never('status', `no proxy answers a request with the outcome ${outcome} itself`, 'leave out one of the two')
  }
  if (outcome !== 'redirect' && fields.has('location')) {
    never('location', 'only the outcome redirect has one', 'leave out one of the two')
  }
}

const isStatus = (value: unknown): boolean =>
  typeof value !== 'number' || (Number.isInteger(value) && value >= 100 && value < 600)

function checkValues(fields: Fields, never: Never): void {
  const [status, timeout] = [fields.value('status'), fields.value('timeout')]
  const [path, resolves] = [fields.value('path'), fields.value('resolves')]
  if (!isStatus(status)) never('status', `${status} is not a status of HTTP`, 'a status is a number from 100 to 599')
  if (typeof timeout === 'string' && !parseDuration(timeout)) {
    never('timeout', `${JSON.stringify(timeout)} is not a duration`, 'such as 3s or 500ms')
  }
  if (typeof path === 'string' && !path.startsWith('/')) never('path', 'a path begins with a slash', `/${path}`)
  if (typeof resolves === 'string' && ipFamily(resolves) === 0) {
    never('resolves', `${JSON.stringify(resolves)} is not an address`, 'an address, true or false')
  }
}

/** Reports expectations that can never hold, for requests of these kinds or together with others. */
export function checkPossible(fields: Fields, requests: readonly SuiteRequest[]): void {
  const reported = new Set<string>()
  function never(name: string, why: string, hint: string): void {
    if (!reported.has(name)) fields.fail(`${name} can never hold: ${why}`, hint, name)
    reported.add(name)
  }
  for (const request of requests) checkRequest(fields, request, never)
  checkOutcome(fields, never)
  checkValues(fields, never)
}
