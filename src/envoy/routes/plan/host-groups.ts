/**
 * Which hosts of a port share routes (route.go BuildSidecarVirtualHostWrapper): first those in VirtualServices, oldest
 * first, then each other service with its own cluster.
 */

import { compareBytes } from '../../../common/bytes.ts'
import { append } from '../../../common/collections.ts'
import { joinHostPort, outboundClusterName } from '../../../common/names.ts'
import { hostsMatch, isWildcard } from '../../../scope/hosts.ts'
import type { ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import type { RoutedEgress } from './egress.ts'
import { plainForward } from './forward.ts'
import { hashOfService } from './hash-policy.ts'
import { WHY } from './origins.ts'
import { planRetries } from './retries.ts'
import { plainRoute, type RoutePlan } from './route.ts'
import { type RoutedService, routedServices } from './routed-services.ts'
import type { RouteSettings } from './settings.ts'
import { planHttpRoutes } from './virtual-service.ts'

/** A host with a virtual host. */
export interface GroupedHost {
  readonly host: string
  /** undefined when only a VirtualService has the host. */
  readonly routed: RoutedService | undefined
  /** The index of the VirtualService's host that is or matches this one; 0 without a VirtualService. */
  readonly hostIndex: number
}

/** Hosts of one port with the same routes. */
export interface HostGroup {
  readonly port: number
  readonly hosts: readonly GroupedHost[]
  readonly routes: readonly RoutePlan[]
  /** undefined when requests go to the service's own cluster. */
  readonly virtualService: VirtualServiceView | undefined
}

const HTTP_PORT = 80
const MESH: ReadonlySet<string> = new Set(['mesh'])

/** The input for the groups of one route configuration. */
interface Scene {
  readonly egress: RoutedEgress
  /** 0 for all ports. */
  readonly listenPort: number
  readonly view: ProxyView
  readonly settings: RouteSettings
  readonly services: ReadonlyMap<string, RoutedService>
  /** Normalized VirtualService hosts that match a service. */
  readonly matched: ReadonlySet<string>
}

function httpRoutes(virtualService: VirtualServiceView, { view, settings, services, listenPort }: Scene) {
  return planHttpRoutes(virtualService, {
    view,
    settings,
    listenPort,
    gateways: MESH,
    terminatesTls: false,
    serviceOf: (host) => services.get(host),
  })
}

/** Services by the VirtualService that owns their host; needed for wildcards only. */
function servicesByOwner({ services, egress }: Scene): ReadonlyMap<VirtualServiceView, readonly RoutedService[]> {
  const byOwner = new Map<VirtualServiceView, RoutedService[]>()
  for (const routed of services.values()) {
    // Owners are looked up by the host as written, while routes use lower case.
    const owner = routed.host === routed.service.hostname ? egress.listener.virtualServiceOf(routed.host) : undefined
    if (!owner) continue
    append(byOwner, owner, routed)
  }
  return byOwner
}

interface SplitHosts {
  readonly ofServices: readonly (GroupedHost & { readonly routed: RoutedService })[]
  readonly others: readonly GroupedHost[]
}

/** Separates hosts of services from others, exact ones first (route.go separateVSHostsAndServices). */
function splitHosts(
  virtualService: VirtualServiceView,
  { services, matched, settings }: Scene,
  owned: () => readonly RoutedService[],
): SplitHosts {
  const ofServices: (GroupedHost & { readonly routed: RoutedService })[] = []
  const others: GroupedHost[] = []
  const hosts = virtualService.hosts.map((host, hostIndex) => ({ host: settings.hostKey(host), hostIndex }))
  for (const { host, hostIndex } of hosts.filter(({ host }) => !isWildcard(host))) {
    const routed = services.get(host)
    if (routed) ofServices.push({ host, routed, hostIndex })
    else others.push({ host, routed, hostIndex })
  }
  for (const { host: wildcard, hostIndex } of hosts.filter(({ host }) => isWildcard(host))) {
    if (virtualService.semantics === 'gateway' || !matched.has(wildcard))
      others.push({ host: wildcard, routed: undefined, hostIndex })
    else {
      for (const routed of owned()) {
        if (hostsMatch(routed.host, wildcard)) ofServices.push({ host: routed.host, routed, hostIndex })
      }
    }
  }
  return { ofServices, others }
}

/**
 * A route of the Gateway API applies to services of its own namespace for all clients, and to other services for the
 * clients in its own namespace (route.go buildSidecarVirtualHostsForVirtualService).
 */
function isEffective(
  { semantics, namespace }: VirtualServiceView,
  ofServices: SplitHosts['ofServices'],
  { proxy }: ProxyView,
): boolean {
  if (semantics !== 'gateway') return true
  return ofServices.some(({ routed }) => namespace === routed.service.namespace || namespace === proxy.namespace)
}

/** The hosts of services by HTTP port, in ascending order. */
function byHttpPort(hosts: SplitHosts['ofServices']): readonly (readonly [number, readonly GroupedHost[]])[] {
  const byPort = new Map<number, GroupedHost[]>()
  for (const grouped of hosts) {
    for (const { number } of grouped.routed.httpPorts) append(byPort, number, grouped)
  }
  return [...byPort].sort(([a], [b]) => a - b)
}

function groupsOfVirtualServices(scene: Scene): readonly HostGroup[] {
  const { egress, listenPort, matched, view } = scene
  // Port 80 also has hosts without a service.
  const candidates = listenPort === HTTP_PORT ? egress.listener.virtualServices : egress.virtualServicesWith(matched)
  let byOwner: ReturnType<typeof servicesByOwner> | undefined
  const groups: HostGroup[] = []
  for (const virtualService of candidates) {
    const routes = httpRoutes(virtualService, scene)
    if (routes.length === 0) continue
    const { ofServices, others } = splitHosts(virtualService, scene, () => {
      byOwner ??= servicesByOwner(scene)
      return byOwner.get(virtualService) ?? []
    })
    if (!isEffective(virtualService, ofServices, view)) continue
    const ports = byHttpPort(ofServices)
    for (const [port, hosts] of ports) groups.push({ port, hosts: [...others, ...hosts], routes, virtualService })
    if (ports.length === 0 && listenPort === HTTP_PORT) {
      groups.push({ port: HTTP_PORT, hosts: others, routes, virtualService })
    }
  }
  return groups
}

/** The origin of default routes, which come from no object. */
const BUILT_IN = [{ what: 'default route', location: undefined, why: WHY.ownCluster }] as const

function defaultRoute({ host }: RoutedService, port: number, { view, settings }: Scene): RoutePlan {
  const hash = hashOfService(view, host, port)
  return plainRoute({
    name: 'default',
    action: plainForward(outboundClusterName(port, '', host), {
      ...(hash && { hashes: [hash] }),
      retries: planRetries(settings.defaultRetries, false),
    }),
    operation: joinHostPort(host, port),
    origins: BUILT_IN,
  })
}

function groupsOfOtherServices(scene: Scene, taken: ReadonlySet<RoutedService | undefined>): readonly HostGroup[] {
  const groups: HostGroup[] = []
  const others = [...scene.services.values()].filter(
    (routed) => !taken.has(routed) && routed.service.resolution !== 'Alias',
  )
  for (const routed of others.sort((a, b) => compareBytes(a.host, b.host))) {
    for (const { number } of routed.httpPorts) {
      const hosts = [{ host: routed.host, routed, hostIndex: 0 }]
      groups.push({ port: number, hosts, routes: [defaultRoute(routed, number, scene)], virtualService: undefined })
    }
  }
  return groups
}

/** @param listenPort 0 for all ports */
export function hostGroups(
  egress: RoutedEgress,
  listenPort: number,
  view: ProxyView,
  settings: RouteSettings,
): readonly HostGroup[] {
  const services = routedServices(egress.servicesOn(listenPort), listenPort, egress.listener, view, settings)
  const matched = egress.virtualServiceHostsMatching(services.keys())
  const scene: Scene = { egress, listenPort, view, settings, services, matched }
  const groups = groupsOfVirtualServices(scene)
  const taken = new Set(groups.flatMap(({ hosts }) => hosts.map(({ routed }) => routed)))
  return [...groups, ...groupsOfOtherServices(scene, taken)]
}
