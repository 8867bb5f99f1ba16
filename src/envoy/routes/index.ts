/** Route configurations of sidecars (pilot/pkg/networking/core/httproute.go). */

import { compareBytes } from '../../common/bytes.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import type { Origin } from '../facts.ts'
import { catchAllHost } from './plan/catch-all.ts'
import { egressListenerFor, RoutedEgress } from './plan/egress.ts'
import { type RouteFact, type VirtualHostFact, WHY } from './plan/facts.ts'
import { hostGroups } from './plan/host-groups.ts'
import { parseRouteName, type RouteName } from './plan/route-name.ts'
import { type RouteSettings, routeSettings } from './plan/settings.ts'
import { SniffedHosts } from './plan/sniffed-hosts.ts'
import { groupedVirtualHosts } from './plan/virtual-hosts.ts'
import type { RouteConfiguration } from './write/resources.ts'

export type { HttpRouteFact, RouteFact, VirtualHostFact } from './plan/facts.ts'
export {
  type DestinationService,
  destinationCluster,
  destinationService,
  type RouteContext,
} from './plan/route-action.ts'
export { type RouteSettings, routeSettings } from './plan/settings.ts'
export { buildHttpRoutes } from './plan/virtual-service.ts'
export { isCatchAll } from './write/match.ts'
export type * from './write/resources.ts'

const MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024
const HTTP_PROXY = 'HTTP_PROXY'

/** @param virtualHosts as Envoy gets them, in order */
export function transcribeRouteConfiguration(
  name: string,
  virtualHosts: readonly VirtualHostFact[],
): RouteConfiguration {
  const hosts = virtualHosts.map(({ resource }) => resource)
  return {
    name,
    ...(hosts.length > 0 && { virtualHosts: hosts }),
    validateClusters: false,
    maxDirectResponseBodySizeBytes: MAX_DIRECT_RESPONSE_BYTES,
    ignorePortInHostMatching: true,
  }
}

const byName = (a: VirtualHostFact, b: VirtualHostFact): number => compareBytes(a.resource.name, b.resource.name)

/** What one request for routes has built so far: names share the virtual hosts of their ports. */
class SidecarRoutes {
  private readonly view: ProxyView
  private readonly settings: RouteSettings
  private readonly egresses = new Map<EgressListenerView, RoutedEgress>()
  private readonly ports = new Map<number, SniffedHosts>()
  private readonly wholePorts = new Map<string, RouteFact>()

  constructor(view: ProxyView) {
    this.view = view
    this.settings = routeSettings(view)
  }

  build(text: string): RouteFact {
    const name = parseRouteName(text)
    if (!name) return { resource: { name: text, validateClusters: false }, origins: [], virtualHosts: [] }
    const listener = egressListenerFor(this.view, name.port, name.text)
    return name.host === undefined ? this.wholePort(name, listener) : this.sniffed(name, name.host, listener)
  }

  private wholePort(name: RouteName, listener: EgressListenerView | undefined): RouteFact {
    // The reference builds the hosts again for each such name.
    this.ports.get(name.port)?.restore()
    let fact = this.wholePorts.get(name.text)
    if (!fact) {
      const hosts = this.hostsOf(name, listener).all
      fact = this.fact(name, [...hosts, catchAllHost(this.view, this.settings)], listener)
      this.wholePorts.set(name.text, fact)
    }
    return fact
  }

  private sniffed(name: RouteName, host: string, listener: EgressListenerView | undefined): RouteFact {
    return this.fact(name, this.hostsOf(name, listener).take(name.text, host), listener)
  }

  private fact(
    name: RouteName,
    virtualHosts: readonly VirtualHostFact[],
    listener: EgressListenerView | undefined,
  ): RouteFact {
    return {
      resource: transcribeRouteConfiguration(name.text, virtualHosts),
      origins: this.origins(listener),
      virtualHosts,
    }
  }

  /** The virtual hosts of a name's port, sorted by name; kept by port, which unix sockets and the HTTP proxy lack. */
  private hostsOf(name: RouteName, listener: EgressListenerView | undefined): SniffedHosts {
    const known = this.ports.get(name.port)
    if (known) return known
    const hosts = new SniffedHosts(this.virtualHosts(name, listener))
    if (name.port > 0) this.ports.set(name.port, hosts)
    return hosts
  }

  private virtualHosts(name: RouteName, listener: EgressListenerView | undefined): readonly VirtualHostFact[] {
    if (!listener) return []
    const listenPort = listener.spec?.port?.protocol.toUpperCase() === HTTP_PROXY ? 0 : name.port
    const groups = hostGroups(this.egressOf(listener), listenPort, this.view, this.settings)
    return [...groupedVirtualHosts(groups, listenPort, this.view, this.settings)].sort(byName)
  }

  private egressOf(listener: EgressListenerView): RoutedEgress {
    let egress = this.egresses.get(listener)
    if (!egress) {
      egress = new RoutedEgress(listener, this.settings)
      this.egresses.set(listener, egress)
    }
    return egress
  }

  private origins(listener: EgressListenerView | undefined): readonly Origin[] {
    const { sidecar } = this.view
    if (!sidecar || !listener?.spec) return []
    const location = sidecar.location.child('spec', 'egress', listener.index)
    return [{ what: describeResource(sidecar), location, why: WHY.egressListener }]
  }
}

/**
 * The route configurations that a sidecar's listeners ask for, each forgotten when the next one is asked for.
 * @param routeNames in the order of the listeners, with repeats: each asks for a configuration of its own
 * @returns one for each name, virtual hosts and domains in the reference's order
 */
export function* sidecarRoutes(view: ProxyView, routeNames: Iterable<string>): Iterable<RouteFact> {
  const routes = new SidecarRoutes(view)
  for (const name of routeNames) yield routes.build(name)
}

/** The same configurations as a list. */
export function buildSidecarRoutes(view: ProxyView, routeNames: readonly string[]): readonly RouteFact[] {
  return [...sidecarRoutes(view, routeNames)]
}
