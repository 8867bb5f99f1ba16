/** Virtual hosts of a route configuration: names and domains are unique, first come, first served (httproute.go). */
import { joinHostPort } from '../../../common/names.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { serviceLocation } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Location } from '../../../sources/location.ts'
import type { Origin } from '../../facts.ts'
import type { Route, VirtualHost } from '../write/resources.ts'
import { type Domains, hostHeader, serviceDomains } from './domains.ts'
import { type HttpRouteFact, ObjectOrigin, type VirtualHostFact, WHY } from './facts.ts'
import type { GroupedHost, HostGroup } from './host-groups.ts'
import type { RoutedService } from './routed-services.ts'
import type { RouteSettings } from './settings.ts'

const HTTP_PORT = 80

export function transcribeVirtualHost(
  name: string,
  domains: readonly string[],
  routes: readonly Route[],
  settings: RouteSettings,
): VirtualHost {
  return settings.attemptCount ? { name, domains, routes, includeRequestAttemptCount: true } : { name, domains, routes }
}

/** Decides which domains are still free, and takes them. */
class DomainLedger {
  private readonly names = new Set<string>()
  /** In lower case. */
  private readonly taken = new Set<string>()
  /** Hosts of services, and with their ports: nothing derived may displace them. */
  private readonly hosts = new Set<string>()

  constructor(groups: readonly HostGroup[]) {
    for (const { port, hosts } of groups) {
      for (const { host, routed } of hosts) {
        if (routed) this.hosts.add(host).add(joinHostPort(host, port))
      }
    }
  }

  /** @returns false when there is a virtual host of this name already */
  takeName(name: string): boolean {
    const before = this.names.size
    return this.names.add(name).size > before
  }

  /** The domains that no virtual host has yet; they are taken from now on. */
  takeDomains({ all, derived }: Domains): readonly string[] {
    return all.filter((domain) => {
      const key = domain.toLowerCase()
      if (this.taken.has(key)) return false
      if (this.hosts.has(domain) && derived.includes(domain)) return false
      this.taken.add(key)
      return true
    })
  }
}

class ServiceOrigin implements Origin {
  readonly why = WHY.service
  private readonly routed: RoutedService

  constructor(routed: RoutedService) {
    this.routed = routed
  }

  get what(): string {
    return describeResource(this.routed.service.source)
  }

  get location(): Location {
    return serviceLocation(this.routed.service)
  }
}

function virtualServiceRule({ host, routed }: GroupedHost, namedHost: string | undefined): string {
  if (!routed) return WHY.unregisteredHost
  return namedHost?.toLowerCase() === host.toLowerCase() ? WHY.exactHost : WHY.wildcardHost
}

/** A virtual host's origins are made when they are asked for: most are never shown. */
class GroupedHostFact implements VirtualHostFact {
  readonly resource: VirtualHost
  readonly routes: readonly HttpRouteFact[]
  private readonly group: HostGroup
  private readonly grouped: GroupedHost

  constructor(resource: VirtualHost, group: HostGroup, grouped: GroupedHost) {
    this.resource = resource
    this.routes = group.routes
    this.group = group
    this.grouped = grouped
  }

  get origins(): readonly Origin[] {
    const { routed, hostIndex } = this.grouped
    const { virtualService } = this.group
    const origins: Origin[] = []
    if (virtualService) {
      const why = virtualServiceRule(this.grouped, virtualService.hosts[hostIndex])
      origins.push(new ObjectOrigin(virtualService.source, ['spec', 'hosts', hostIndex], why))
    }
    if (routed) origins.push(new ServiceOrigin(routed))
    return origins
  }
}

/**
 * @param groups in order of precedence
 * @param listenPort 0 for a listener that serves all ports: its domains name the port, except that of HTTP
 */
export function groupedVirtualHosts(
  groups: readonly HostGroup[],
  listenPort: number,
  view: ProxyView,
  settings: RouteSettings,
): readonly VirtualHostFact[] {
  const ledger = new DomainLedger(groups)
  const facts: VirtualHostFact[] = []
  for (const group of groups) {
    const { port } = group
    const routes = group.routes.map(({ resource }) => resource)
    for (const grouped of group.hosts) {
      const { host, routed } = grouped
      const name = joinHostPort(host, port)
      if (!ledger.takeName(name)) continue
      const candidates = routed
        ? serviceDomains(routed, listenPort === 0 ? port : undefined, view, settings)
        : { all: [hostHeader(host)], derived: [] }
      const free = ledger.takeDomains(candidates)
      const withPort = listenPort === 0 && port !== HTTP_PORT
      const domains = withPort ? free.filter((domain) => domain.includes(':')) : free
      if (domains.length === 0) continue
      facts.push(new GroupedHostFact(transcribeVirtualHost(name, domains, routes, settings), group, grouped))
    }
  }
  return facts
}
