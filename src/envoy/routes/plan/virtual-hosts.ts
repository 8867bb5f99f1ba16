/** Virtual hosts of a route configuration. Names and domains are unique: first come, first served (httproute.go). */
import { joinHostPort } from '../../../common/names.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { serviceLocation } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Location } from '../../../sources/location.ts'
import type { Origin } from '../../explained.ts'
import { type Domains, hostHeader, serviceDomains } from './domains.ts'
import type { GroupedHost, HostGroup } from './host-groups.ts'
import { ObjectOrigin, WHY } from './origins.ts'
import type { RoutePlan, VirtualHostPlan } from './route.ts'
import type { RoutedService } from './routed-services.ts'
import type { RouteSettings } from './settings.ts'

const HTTP_PORT = 80

/** Assigns each domain to the first virtual host that asks for it. */
class DomainLedger {
  readonly #names = new Set<string>()
  /** In lower case. */
  readonly #taken = new Set<string>()
  /** Hosts of services, with and without ports, which derived names must not replace. */
  readonly #hosts = new Set<string>()

  constructor(groups: readonly HostGroup[]) {
    for (const { port, hosts } of groups) {
      for (const { host, routed } of hosts) {
        if (routed) this.#hosts.add(host).add(joinHostPort(host, port))
      }
    }
  }

  /** @returns false when a virtual host already has this name */
  takeName(name: string): boolean {
    const before = this.#names.size
    return this.#names.add(name).size > before
  }

  /** Takes the domains that no virtual host has yet. */
  takeDomains({ all, derived }: Domains): readonly string[] {
    return all.filter((domain) => {
      const key = domain.toLowerCase()
      if (this.#taken.has(key)) return false
      if (this.#hosts.has(domain) && derived.includes(domain)) return false
      this.#taken.add(key)
      return true
    })
  }
}

class ServiceOrigin implements Origin {
  readonly why = WHY.service
  readonly #routed: RoutedService

  constructor(routed: RoutedService) {
    this.#routed = routed
  }

  get what(): string {
    return describeResource(this.#routed.service.source)
  }

  get location(): Location {
    return serviceLocation(this.#routed.service)
  }
}

function virtualServiceRule({ host, routed }: GroupedHost, namedHost: string | undefined): string {
  if (!routed) return WHY.unregisteredHost
  return namedHost?.toLowerCase() === host.toLowerCase() ? WHY.exactHost : WHY.wildcardHost
}

/** A virtual host whose origins are built on demand, because most are never shown. */
class GroupedHostPlan implements VirtualHostPlan {
  readonly name: string
  readonly domains: readonly string[]
  readonly routes: readonly RoutePlan[]
  readonly requiresTls = false
  readonly attemptCount: boolean
  readonly #group: HostGroup
  readonly #grouped: GroupedHost

  constructor(name: string, domains: readonly string[], attemptCount: boolean, group: HostGroup, grouped: GroupedHost) {
    this.name = name
    this.domains = domains
    this.routes = group.routes
    this.attemptCount = attemptCount
    this.#group = group
    this.#grouped = grouped
  }

  get origins(): readonly Origin[] {
    const { routed, hostIndex } = this.#grouped
    const { virtualService } = this.#group
    const origins: Origin[] = []
    if (virtualService) {
      const why = virtualServiceRule(this.#grouped, virtualService.hosts[hostIndex])
      origins.push(new ObjectOrigin(virtualService.source, ['spec', 'hosts', hostIndex], why))
    }
    if (routed) origins.push(new ServiceOrigin(routed))
    return origins
  }
}

/**
 * @param groups in order of precedence
 * @param listenPort 0 for a listener that serves all ports: its domains contain the port, except for HTTP
 */
export function groupedVirtualHosts(
  groups: readonly HostGroup[],
  listenPort: number,
  view: ProxyView,
  settings: RouteSettings,
): readonly VirtualHostPlan[] {
  const ledger = new DomainLedger(groups)
  const plans: VirtualHostPlan[] = []
  for (const group of groups) {
    const { port } = group
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
      plans.push(new GroupedHostPlan(name, domains, settings.attemptCount, group, grouped))
    }
  }
  return plans
}
