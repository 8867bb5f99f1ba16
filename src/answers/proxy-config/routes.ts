/** `proxy-config routes` (istioctl writer/envoy/configdump/route.go). */

import { PASSTHROUGH_CLUSTER } from '../../common/names.ts'
import { NETWORK } from '../../envoy/filters/write/constants.ts'
import type { ListenerFact } from '../../envoy/listeners/index.ts'
import type { Route, RouteConfiguration, RouteFact, VirtualHost } from '../../envoy/routes/index.ts'
import { goSorted } from './go-sort.ts'
import { chainsOf } from './listeners.ts'
import { describeManagement } from './management.ts'
import { describeDomains, describeRouteMatch, type HttpConnectionManager } from './route-text.ts'
import { PADDING, type Row, type Table } from './table.ts'

export interface RouteFilter {
  /** The whole name; '' or undefined for all. */
  readonly name?: string | undefined
}

export const matchesRoute = (route: RouteConfiguration, { name }: RouteFilter): boolean => !name || route.name === name

export interface RouteColumns {
  /** A row a route instead of one a configuration. */
  readonly verbose: boolean
  /** Names are `route/NAME`. */
  readonly named?: boolean
}

const NOT_FOUND = '404'
const ALL_PATHS = '/*'
/** What Go's strconv.Atoi reads. */
const INTEGER = /^[+-]?\d+$/

/** The route configurations that stand inside listeners, in order; they came from their filter chain. */
export function inlineRoutes(listeners: readonly ListenerFact[]): RouteFact[] {
  return listeners.flatMap((fact) =>
    chainsOf(fact.resource).flatMap((chain, index) =>
      chain.filters.flatMap(({ name, typedConfig }) => {
        const { routeConfig } = typedConfig as HttpConnectionManager
        if (name !== NETWORK.httpConnectionManager.name || !routeConfig) return []
        const origins = fact.chains[index] ?? fact.origins
        return [{ resource: routeConfig, origins, virtualHosts: [] }]
      }),
    ),
  )
}

interface Sortable {
  readonly fact: RouteFact
  readonly port: number | undefined
}

/** Configurations with other names than ports are before nothing and after nothing. */
function comesBefore({ port: a }: Sortable, { port: b }: Sortable): boolean {
  return a !== undefined && b !== undefined && a < b
}

/**
 * Routes in istioctl's order.
 * @param routes in the order of Envoy's dump: those of RDS, then the inline ones
 */
export function sortedRoutes(routes: readonly RouteFact[]): readonly RouteFact[] {
  const sortable = routes.map((fact) => {
    const { name } = fact.resource
    return { fact, port: INTEGER.test(name) ? Number(name) : undefined }
  })
  return goSorted(sortable, comesBefore).map(({ fact }) => fact)
}

const isPassthrough = ({ route }: Route): boolean => route?.cluster === PASSTHROUGH_CLUSTER

function hostRows(fact: RouteFact, host: VirtualHost, hostIndex: number, label: string): Row[] {
  const start = [label, host.name, describeDomains(host.domains)]
  const known = fact.virtualHosts[hostIndex]
  const hostOrigins = () => known?.origins ?? fact.origins
  const { routes = [] } = host
  if (routes.length === 0) return [{ cells: [...start, ALL_PATHS, NOT_FOUND], origins: hostOrigins }]
  return routes.flatMap((route, index) => {
    if (isPassthrough(route)) return []
    const cells = [...start, describeRouteMatch(route.match), describeManagement(route.metadata)]
    return [{ cells, origins: () => known?.routes[index]?.origins ?? hostOrigins() }]
  })
}

const hostsOf = ({ virtualHosts = [] }: RouteConfiguration): readonly VirtualHost[] => virtualHosts

function configurationRows(fact: RouteFact, { verbose, named }: RouteColumns): Row[] {
  const hosts = hostsOf(fact.resource)
  const label = named ? `route/${fact.resource.name}` : fact.resource.name
  if (!verbose) return [{ cells: [label, String(hosts.length)], origins: () => fact.origins }]
  return hosts.flatMap((host, index) => hostRows(fact, host, index, label))
}

/** @param routes those that passed the filter, sorted */
export function routeTable(routes: readonly RouteFact[], columns: RouteColumns): Table {
  return {
    header: columns.verbose ? ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'] : ['NAME', 'VIRTUAL HOSTS'],
    rows: routes.flatMap((fact) => configurationRows(fact, columns)),
    padding: PADDING,
  }
}
