/** Requests that the routes of a listener ask for, and others. */
import type { HttpRequest } from '../../src/simulation/connection.ts'
import type {
  FilterChain,
  Listener,
  ReceivedResources,
  RouteMatch,
  VirtualHost,
} from '../../src/simulation/resources.ts'
import { httpManagerOf } from '../../src/simulation/steps/filters.ts'
import type { Random } from '../fuzz/random.ts'

const UNKNOWN = 'nobody.example.com'
export const HOSTS_OF_A_LISTENER = 8

/** A name that a pattern of domains or server names covers. */
export const named = (pattern: string): string => (pattern === '*' ? UNKNOWN : pattern.replace('*', 'x'))

function pathOf({ prefix, path, pathSeparatedPrefix }: RouteMatch, random: Random): string {
  if (path !== undefined) return path
  const start = prefix ?? pathSeparatedPrefix ?? '/'
  return start + random.pick(['', '', '/x', 'x?a=1', '/a/b?v=2', '/../b', '/%41//c'])
}

/** What a client of gRPC sends. */
export const GRPC: Pick<HttpRequest, 'method' | 'headers' | 'version'> = {
  method: 'POST',
  headers: new Map([
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ]),
  version: '2',
}

/** A request to a host that nothing is known about. */
export const PLAIN: HttpRequest = {
  method: 'GET',
  authority: UNKNOWN,
  path: '/',
  scheme: 'http',
  headers: new Map(),
  version: '1.1',
}

/** A request that meets one route, unless a route before it does. */
function requestOf({ domains, routes = [] }: VirtualHost, random: Random): HttpRequest {
  const match = routes.length === 0 ? {} : random.pick(routes).match
  const headers = new Map(
    (match.headers ?? [])
      .filter(({ name }) => !name.startsWith(':'))
      .map(({ name, stringMatch: { exact, prefix } = {} }) => [name.toLowerCase(), exact ?? `${prefix ?? ''}x`]),
  )
  // Ranges are domains too, but Envoy refuses a Host header with a slash.
  const valid = domains.filter((domain) => !domain.includes('/'))
  const request: HttpRequest = {
    method: random.pick(['GET', 'GET', 'POST', 'DELETE']),
    authority: named(random.pick(valid.length > 0 ? valid : [UNKNOWN])),
    path: pathOf(match, random),
    scheme: 'http',
    headers,
    version: random.pick(['1.1', '1.1', '2'] as const),
  }
  return random.chance(1 / 6) ? { ...request, ...GRPC, headers: new Map([...headers, ...GRPC.headers]) } : request
}

/** Of the virtual hosts of a listener's chains. */
export function requestsOf(listener: Listener, { rds }: ReceivedResources, random: Random): readonly HttpRequest[] {
  const chains: readonly (FilterChain | undefined)[] = [...(listener.filterChains ?? []), listener.defaultFilterChain]
  const hosts = chains.flatMap((chain) => {
    const manager = chain && httpManagerOf(chain)
    if (!manager) return []
    const config = manager.routeConfig ?? rds.find(({ name }) => name === manager.rds?.routeConfigName)
    return config?.virtualHosts ?? []
  })
  const some =
    hosts.length <= HOSTS_OF_A_LISTENER ? hosts : Array.from({ length: HOSTS_OF_A_LISTENER }, () => random.pick(hosts))
  return [...some.flatMap((host) => [requestOf(host, random), requestOf(host, random)]), PLAIN]
}

export function serverNamesOf({ filterChains = [] }: Listener): readonly string[] {
  const names = filterChains.flatMap(({ filterChainMatch }) => filterChainMatch?.serverNames ?? [])
  return [...new Set(names.slice(0, HOSTS_OF_A_LISTENER).map(named)), UNKNOWN]
}

/** What clients offer that send the request in TLS. */
export const protocolsFor = ({ version }: HttpRequest): readonly string[] =>
  version === '2' ? ['h2', 'http/1.1'] : ['http/1.1']
