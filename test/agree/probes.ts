/** Connections and requests to every outbound listener of a proxy: those that its chains and routes ask for, and others. */
import type {
  FilterChain,
  Listener,
  ReceivedResources,
  RouteMatch,
  VirtualHost,
} from '../../src/simulation/resources.ts'
import { httpManagerOf } from '../../src/simulation/steps/filters.ts'
import type { Random } from '../fuzz/random.ts'
import type { Probe } from './client.ts'

/** Of listeners on every address. */
const ANY_ADDRESS = ['10.255.1.1', '10.96.0.1', '203.0.113.7']
const UNKNOWN = 'nobody.example.com'
const HOSTS_OF_A_LISTENER = 8

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** A name that a pattern of domains or server names covers. */
const named = (pattern: string): string => (pattern === '*' ? UNKNOWN : pattern.replace('*', 'x'))

/** iptables leaves connections to loopback alone, so they reach only listeners that are bound. */
const isReachable = ({ bindToPort = true }: Listener, address: string): boolean =>
  bindToPort || !(address.startsWith('127.') || address === '::1')

function addressesOf(listener: Listener, random: Random): readonly string[] {
  const { address: { socketAddress: { address = '' } = {} } = {}, filterChains = [] } = listener
  if (!isAny(address)) return isReachable(listener, address) ? [address] : []
  const prefixes = filterChains.flatMap(({ filterChainMatch }) =>
    (filterChainMatch?.prefixRanges ?? []).map(({ addressPrefix }) => addressPrefix),
  )
  const found = [random.pick(ANY_ADDRESS), ...prefixes.slice(0, HOSTS_OF_A_LISTENER)]
  return address === '::' ? found.filter((each) => each.includes(':')) : found.filter((each) => !each.includes(':'))
}

function pathOf({ prefix, path, pathSeparatedPrefix }: RouteMatch, random: Random): string {
  if (path !== undefined) return path
  const start = prefix ?? pathSeparatedPrefix ?? '/'
  return start + random.pick(['', '', '/x', 'x?a=1', '/a/b?v=2'])
}

/** A request that meets one route, unless a route before it does. */
function requestOf({ domains, routes = [] }: VirtualHost, random: Random): NonNullable<Probe['http']> {
  const match = routes.length === 0 ? {} : random.pick(routes).match
  const headers = new Map(
    (match.headers ?? [])
      .filter(({ name }) => !name.startsWith(':'))
      .map(({ name, stringMatch: { exact, prefix } = {} }) => [name.toLowerCase(), exact ?? `${prefix ?? ''}x`]),
  )
  // Ranges are domains too, but Envoy refuses a Host header with a slash.
  const valid = domains.filter((domain) => !domain.includes('/'))
  return {
    method: random.pick(['GET', 'GET', 'POST', 'DELETE']),
    authority: named(random.pick(valid.length > 0 ? valid : [UNKNOWN])),
    path: pathOf(match, random),
    headers,
    version: random.pick(['1.1', '1.1', '2'] as const),
  }
}

function requestsOf(
  listener: Listener,
  { rds }: ReceivedResources,
  random: Random,
): readonly NonNullable<Probe['http']>[] {
  const chains: readonly (FilterChain | undefined)[] = [...(listener.filterChains ?? []), listener.defaultFilterChain]
  const hosts = chains.flatMap((chain) => {
    const manager = chain && httpManagerOf(chain)
    if (!manager) return []
    const config = manager.routeConfig ?? rds.find(({ name }) => name === manager.rds?.routeConfigName)
    return config?.virtualHosts ?? []
  })
  const some =
    hosts.length <= HOSTS_OF_A_LISTENER ? hosts : Array.from({ length: HOSTS_OF_A_LISTENER }, () => random.pick(hosts))
  const other = {
    method: 'GET',
    authority: UNKNOWN,
    path: '/',
    headers: new Map<string, string>(),
    version: '1.1',
  } as const
  return [...some.flatMap((host) => [requestOf(host, random), requestOf(host, random)]), other]
}

function serverNamesOf({ filterChains = [] }: Listener): readonly string[] {
  const names = filterChains.flatMap(({ filterChainMatch }) => filterChainMatch?.serverNames ?? [])
  return [...new Set(names.slice(0, HOSTS_OF_A_LISTENER).map(named)), UNKNOWN]
}

/** Probes of one listener: TCP, TLS for each of its server names, and HTTP for its virtual hosts. */
export function probesOf(listener: Listener, resources: ReceivedResources, random: Random): readonly Probe[] {
  const port = listener.address?.socketAddress?.portValue
  if (port === undefined) return []
  return addressesOf(listener, random).flatMap((address): readonly Probe[] => [
    { address, port },
    ...serverNamesOf(listener).map((sni) => ({
      address,
      port,
      tls: { sni, alpn: random.pick([[], ['http/1.1'], ['h2', 'http/1.1']]) },
    })),
    ...requestsOf(listener, resources, random).map((http) => ({ address, port, http })),
  ])
}
