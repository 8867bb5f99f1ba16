/** Connections and requests to everything that a proxy has a listener or a route for. */
import { ipFamily } from '../../common/addresses.ts'
import { joinHostPort } from '../../common/names.ts'
import type { HttpRequest } from '../../simulation/connection.ts'
import type {
  Cluster,
  FilterChain,
  HeaderMatch,
  Listener,
  ReceivedResources,
  Route,
  RouteConfiguration,
  ValueMatch,
  VirtualHost,
} from '../../simulation/resources.ts'
import { httpManagerOf, sharesOf, tcpProxyOf } from '../../simulation/steps/filters.ts'
import type { TraceRequest } from '../../simulation/trace.ts'
import { HTTP_OPTIONS } from '../envoy/alpn.ts'

/** A request with its text. */
export interface Target {
  readonly text: string
  readonly request: TraceRequest
}

/** Facts about the sandbox that decide how a client connects. */
export interface TargetSettings {
  /** Whether clients get an address for a name. */
  resolves(name: string): boolean
  /** Whether the servers of a cluster send first. */
  isServerFirst(cluster: string): boolean
}

/** Stands for hosts and addresses that nothing is known about. */
export const UNKNOWN_HOST = 'unknown.example.com'
const UNKNOWN_ADDRESS = { 4: '203.0.113.1', 6: '2001:db8::1' } as const
const UNKNOWN_PORT = 4321
const GRPC = 'application/grpc'

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** A name that a pattern of domains or server names covers. */
const named = (pattern: string): string => (pattern === '*' ? UNKNOWN_HOST : pattern.replace('*', 'x'))

/** A value that a condition asks for; undefined if any other value does, or if it cannot be told. */
function valueFor({ stringMatch, presentMatch }: ValueMatch): string | undefined {
  const { exact, prefix, suffix, contains } = stringMatch ?? {}
  return exact ?? prefix ?? suffix ?? contains ?? (presentMatch ? 'x' : undefined)
}

function headersFor(conditions: readonly HeaderMatch[]): ReadonlyMap<string, string> {
  return new Map(
    conditions.flatMap((condition) => {
      const value = condition.invertMatch ? undefined : valueFor(condition)
      return value === undefined ? [] : [[condition.name.toLowerCase(), value] as const]
    }),
  )
}

function pathFor({ match }: Route): string {
  const { path, prefix = '/', pathSeparatedPrefix, queryParameters = [] } = match
  const query = queryParameters.flatMap((condition) => {
    const value = valueFor(condition)
    return value === undefined ? [] : [`${condition.name}=${value}`]
  })
  return (path ?? pathSeparatedPrefix ?? prefix) + (query.length > 0 ? `?${query.join('&')}` : '')
}

/** The host of a virtual host that clients can connect to, else the first one. */
function hostOf({ domains }: VirtualHost, { resolves }: TargetSettings): string {
  // Ranges are domains too, but Envoy refuses a Host header with a slash.
  const names = domains.filter((domain) => !domain.includes('/')).map(named)
  return names.find((name) => resolves(name)) ?? names[0] ?? UNKNOWN_HOST
}

class Targets {
  readonly list: Target[] = []
  readonly #texts = new Set<string>()
  readonly #resources: ReceivedResources
  readonly #settings: TargetSettings
  readonly #clusters: ReadonlyMap<string, Cluster>

  constructor(resources: ReceivedResources, settings: TargetSettings) {
    this.#resources = resources
    this.#settings = settings
    this.#clusters = new Map(resources.cds.map((cluster) => [cluster.name, cluster]))
  }

  #add(text: string, request: TraceRequest): void {
    if (this.#texts.has(text)) return
    this.#texts.add(text)
    this.list.push({ text, request })
  }

  /** What a client of a listener connects to: a name of one of its services, or an address. */
  #placeOf(address: string, names: readonly string[]): string {
    if (!isAny(address)) return address
    const known = names.find((name) => this.#settings.resolves(name))
    return known ?? UNKNOWN_ADDRESS[ipFamily(address) === 6 ? 6 : 4]
  }

  #isHttp2({ route }: Route): boolean {
    const [share] = sharesOf(route ?? {})
    const options = this.#clusters.get(share?.cluster ?? '')?.typedExtensionProtocolOptions?.[HTTP_OPTIONS]
    return options?.explicitHttpConfig?.http2ProtocolOptions !== undefined
  }

  #request(route: Route, host: VirtualHost): HttpRequest {
    const headers = headersFor(route.match.headers ?? [])
    const plain = new Map([...headers].filter(([name]) => !name.startsWith(':')))
    const version = this.#isHttp2(route) || headers.get('content-type')?.startsWith(GRPC) ? '2' : '1.1'
    return {
      method: headers.get(':method') ?? 'GET',
      path: pathFor(route),
      authority: headers.get(':authority') ?? hostOf(host, this.#settings),
      scheme: 'http',
      headers: plain,
      version,
    }
  }

  #addRoutes(address: string, port: number, { virtualHosts = [] }: RouteConfiguration): void {
    for (const host of virtualHosts) {
      for (const route of host.routes ?? []) {
        const http = this.#request(route, host)
        const place = this.#placeOf(address, [http.authority])
        const via = place === http.authority ? '' : ` at ${place}`
        const conditions = [...http.headers].map(([name, value]) => ` ${name}: ${value}`).join('')
        const method = http.method === 'GET' ? '' : `${http.method} `
        const text = `${method}http://${joinHostPort(http.authority, port)}${http.path}${via}${conditions}`
        this.#add(text, { host: place, port, http })
      }
    }
  }

  #addChain(address: string, port: number, chain: FilterChain): void {
    const { serverNames = [], prefixRanges = [], transportProtocol } = chain.filterChainMatch ?? {}
    const manager = httpManagerOf(chain)
    if (manager) {
      const { rds } = this.#resources
      const routes = manager.routeConfig ?? rds.find(({ name }) => name === manager.rds?.routeConfigName)
      if (routes) this.#addRoutes(address, port, routes)
      return
    }
    const [range] = prefixRanges
    const at = isAny(address) && range ? range.addressPrefix : address
    for (const pattern of serverNames) {
      const sni = named(pattern)
      const place = this.#placeOf(at, [sni])
      const via = place === sni ? '' : ` at ${place}`
      this.#add(`tls://${joinHostPort(sni, port)}${via}`, {
        host: place,
        port,
        tls: { sni, alpn: [], certificate: 'none' },
      })
    }
    if (serverNames.length > 0 || transportProtocol === 'tls') return
    const clusters = sharesOf(tcpProxyOf(chain) ?? {}).map(({ cluster }) => cluster)
    const names = clusters.map((cluster) => cluster.split('|')[3] ?? '')
    const place = this.#placeOf(at, names)
    const serverFirst = clusters.some((cluster) => this.#settings.isServerFirst(cluster))
    this.#add(`tcp://${joinHostPort(place, port)}`, { host: place, port, serverFirst })
  }

  addListener(listener: Listener): void {
    const { address = '', portValue: port = 0 } = listener.address?.socketAddress ?? {}
    for (const chain of listener.filterChains ?? []) this.#addChain(address, port, chain)
    if (listener.defaultFilterChain) this.#addChain(address, port, listener.defaultFilterChain)
  }

  addUnknown(): void {
    const host = UNKNOWN_ADDRESS[4]
    this.#add(`tcp://${joinHostPort(host, UNKNOWN_PORT)}`, { host, port: UNKNOWN_PORT })
  }
}

/** Listeners that take redirected connections, for those that have no listener of their own. */
const REDIRECTED: ReadonlySet<string> = new Set(['virtualOutbound', 'virtualInbound'])

/** One request for each route, one connection for each chain, and one to an address without a listener. */
export function targetsOf(resources: ReceivedResources, settings: TargetSettings): readonly Target[] {
  const targets = new Targets(resources, settings)
  const outbound = resources.lds.filter(
    ({ name, trafficDirection }) => trafficDirection === 'OUTBOUND' && !REDIRECTED.has(name),
  )
  for (const listener of outbound) targets.addListener(listener)
  targets.addUnknown()
  return targets.list
}
