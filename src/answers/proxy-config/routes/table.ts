/** The cells of `proxy-config routes` (istioctl writer/envoy/configdump/route.go). */
import { PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type {
  ExplainedRouteConfiguration,
  Route,
  RouteConfiguration,
  VirtualHost,
} from '../../../envoy/routes/index.ts'
import { PADDING, type Row, type Table } from '../istioctl-table.ts'
import { describeManagement } from '../management.ts'
import { describeRouteDestination } from './destination.ts'
import { describeDomains, describeRouteMatch } from './words.ts'

export interface RouteColumns {
  /** One row per route instead of per configuration. */
  readonly verbose: boolean
  /** Names are `route/NAME`. */
  readonly named?: boolean
}

const NOT_FOUND = '404'
const ALL_PATHS = '/*'
const isPassthrough = ({ route }: Route): boolean => route?.cluster === PASSTHROUGH_CLUSTER

function hostRows(
  configuration: ExplainedRouteConfiguration,
  host: VirtualHost,
  hostIndex: number,
  label: string,
): Row[] {
  const start = [label, host.name, describeDomains(host.domains)]
  const known = configuration.virtualHosts[hostIndex]
  const hostOrigins = () => known?.origins ?? configuration.origins
  const { routes = [] } = host
  if (routes.length === 0) return [{ cells: [...start, ALL_PATHS, NOT_FOUND], origins: hostOrigins, subject: host }]
  return routes.flatMap((route, index) => {
    if (isPassthrough(route)) return []
    const cells = [...start, describeRouteMatch(route.match), describeManagement(route.metadata)]
    const origins = () => known?.routes[index]?.origins ?? hostOrigins()
    return [{ cells, origins, subject: route, explained: () => describeRouteDestination(route) }]
  })
}

const hostsOf = ({ virtualHosts = [] }: RouteConfiguration): readonly VirtualHost[] => virtualHosts

function configurationRows(configuration: ExplainedRouteConfiguration, { verbose, named }: RouteColumns): Row[] {
  const hosts = hostsOf(configuration.resource)
  const label = named ? `route/${configuration.resource.name}` : configuration.resource.name
  if (!verbose) return [{ cells: [label, String(hosts.length)], origins: () => configuration.origins }]
  return hosts.flatMap((host, index) => hostRows(configuration, host, index, label))
}

/** @param routes those that passed the filter, sorted */
export function routeTable(routes: readonly ExplainedRouteConfiguration[], columns: RouteColumns): Table {
  return {
    header: columns.verbose ? ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'] : ['NAME', 'VIRTUAL HOSTS'],
    ...(columns.verbose && { explainedHeader: 'DESTINATION' }),
    rows: routes.flatMap((configuration) => configurationRows(configuration, columns)),
    padding: PADDING,
  }
}
