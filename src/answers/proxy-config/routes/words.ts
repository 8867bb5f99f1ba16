/** Routes as istioctl prints them (istioctl writer/envoy/configdump/{listener,route}.go). */

import { SERVICE_DOMAIN } from '../../../common/cluster-domain.ts'
import type { TypedConfig } from '../../../envoy/json.ts'
import type { RouteConfiguration, RouteMatch, VirtualHost } from '../../../envoy/routes/index.ts'

/** The fields of an HTTP connection manager that decide where requests go. */
export interface HttpConnectionManager extends TypedConfig {
  readonly routeConfig?: RouteConfiguration
  readonly rds?: { readonly routeConfigName: string }
}

const ALL_DOMAINS = '*'
const ALL_PATHS = '/'
/** At most this many domains of a virtual host are listed; the others are counted. */
const MOST_DOMAINS = 2
/** The suffixes that short names of Services omit. */
const SUFFIXES = [`.${SERVICE_DOMAIN}`, '.svc']

/** `/api*`, `/exact`, `regex ^/v[0-9]`; '' if only headers decide. */
export function describeRouteMatch({ prefix, pathSeparatedPrefix, path, safeRegex }: RouteMatch): string {
  const parts: string[] = []
  if (prefix) parts.push(`${prefix}*`)
  if (pathSeparatedPrefix) parts.push(`PathPrefix:${pathSeparatedPrefix}`)
  if (path) parts.push(path)
  if (safeRegex) parts.push(`regex ${safeRegex.regex ?? ''}`)
  return parts.join(' ')
}

const isForAllDomains = ({ domains }: VirtualHost): boolean => domains.length === 1 && domains[0] === ALL_DOMAINS

/** The cluster of all requests, if there is a single one. */
function onlyCluster(hosts: readonly VirtualHost[]): string | undefined {
  const [host, otherHost] = hosts
  if (!host || otherHost || !isForAllDomains(host)) return undefined
  const [route, otherRoute] = host.routes ?? []
  if (!route || otherRoute || route.match.prefix !== ALL_PATHS) return undefined
  return route.route?.cluster
}

function describeHost(host: VirtualHost): string {
  const routes = (host.routes ?? []).map(({ match }) => describeRouteMatch(match)).join(', ')
  const domains = isForAllDomains(host) ? '' : host.domains.join('/')
  return domains === '' ? routes : `${domains} ${routes}`
}

/** The destination of an inline route configuration: its only cluster, or its hosts and paths. */
export function describeInlineRoutes({ virtualHosts = [] }: RouteConfiguration): string {
  const cluster = onlyCluster(virtualHosts)
  if (cluster !== undefined) return cluster.includes('Cluster') ? cluster : `Cluster: ${cluster}`
  return `Inline Route: ${virtualHosts.map(describeHost).join('; ')}`
}

const colons = (text: string): number => text.split(':').length - 1

/** Excludes domains that only add a port; an IPv6 address contains colons itself. */
function hasNoPort(domain: string): boolean {
  return !domain.includes(':') || (colons(domain) > 2 && domain.endsWith(']'))
}

/** Whether the list also has a shorter form: `web.shop` for `web.shop.svc`, or without the cluster domain. */
function isExpanded(domain: string, all: ReadonlySet<string>): boolean {
  return SUFFIXES.some((suffix) => domain.endsWith(suffix) && all.has(domain.slice(0, -suffix.length)))
}

/** The first two domains of a virtual host that differ in more than a suffix or port. */
export function describeDomains(domains: readonly string[]): string {
  const [first] = domains
  if (first !== undefined && domains.length === 1) return first
  const plain = domains.filter(hasNoPort)
  const all = new Set(plain)
  const shown = plain.filter((domain) => !isExpanded(domain, all))
  const text = shown.slice(0, MOST_DOMAINS).join(', ')
  return shown.length > MOST_DOMAINS ? `${text} + ${shown.length - MOST_DOMAINS} more...` : text
}
