/** Route configurations of sidecars (pilot/pkg/networking/core/httproute.go). */
import { compareBytes } from '../../../common/bytes.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { catchAllHost } from './catch-all.ts'
import { egressListenerFor, RoutedEgress } from './egress.ts'
import { hostGroups } from './host-groups.ts'
import { WHY } from './origins.ts'
import type { RouteConfigurationPlan, VirtualHostPlan } from './route.ts'
import { parseRouteName, type RouteName } from './route-name.ts'
import { type RouteSettings, routeSettings } from './settings.ts'
import { SniffedHosts } from './sniffed-hosts.ts'
import { groupedVirtualHosts } from './virtual-hosts.ts'

const HTTP_PROXY = 'HTTP_PROXY'

const byName = (a: VirtualHostPlan, b: VirtualHostPlan): number => compareBytes(a.name, b.name)

/** Plans the route configurations of one sidecar; those of the same port share virtual hosts. */
export class SidecarRoutes {
  readonly #view: ProxyView
  readonly #settings: RouteSettings
  readonly #egresses = new Map<EgressListenerView, RoutedEgress>()
  readonly #ports = new Map<number, SniffedHosts>()
  readonly #wholePorts = new Map<string, RouteConfigurationPlan>()

  constructor(view: ProxyView) {
    this.#view = view
    this.#settings = routeSettings(view)
  }

  plan(text: string): RouteConfigurationPlan {
    const name = parseRouteName(text)
    if (!name) return { name: text, virtualHosts: undefined, origins: [] }
    const listener = egressListenerFor(this.#view, name.port, name.text)
    return name.host === undefined ? this.#wholePort(name, listener) : this.#sniffed(name, name.host, listener)
  }

  #wholePort(name: RouteName, listener: EgressListenerView | undefined): RouteConfigurationPlan {
    // The reference rebuilds the hosts for each such name.
    this.#ports.get(name.port)?.restore()
    let plan = this.#wholePorts.get(name.text)
    if (!plan) {
      const hosts = this.#hostsOf(name, listener).all
      plan = this.#configuration(name, [...hosts, catchAllHost(this.#view, this.#settings)], listener)
      this.#wholePorts.set(name.text, plan)
    }
    return plan
  }

  #sniffed(name: RouteName, host: string, listener: EgressListenerView | undefined): RouteConfigurationPlan {
    return this.#configuration(name, this.#hostsOf(name, listener).take(name.text, host), listener)
  }

  #configuration(
    name: RouteName,
    virtualHosts: readonly VirtualHostPlan[],
    listener: EgressListenerView | undefined,
  ): RouteConfigurationPlan {
    return { name: name.text, virtualHosts, origins: this.#origins(listener) }
  }

  /** The virtual hosts of a name's port, sorted by name. Cached by port, so not for unix sockets and the HTTP proxy. */
  #hostsOf(name: RouteName, listener: EgressListenerView | undefined): SniffedHosts {
    const known = this.#ports.get(name.port)
    if (known) return known
    const hosts = new SniffedHosts(this.#virtualHosts(name, listener))
    if (name.port > 0) this.#ports.set(name.port, hosts)
    return hosts
  }

  #virtualHosts(name: RouteName, listener: EgressListenerView | undefined): readonly VirtualHostPlan[] {
    if (!listener) return []
    const listenPort = listener.spec?.port?.protocol.toUpperCase() === HTTP_PROXY ? 0 : name.port
    const groups = hostGroups(this.#egressOf(listener), listenPort, this.#view, this.#settings)
    return [...groupedVirtualHosts(groups, listenPort, this.#view, this.#settings)].sort(byName)
  }

  #egressOf(listener: EgressListenerView): RoutedEgress {
    let egress = this.#egresses.get(listener)
    if (!egress) {
      egress = new RoutedEgress(listener, this.#settings)
      this.#egresses.set(listener, egress)
    }
    return egress
  }

  #origins(listener: EgressListenerView | undefined): readonly Origin[] {
    const { sidecar } = this.#view
    if (!sidecar || !listener?.spec) return []
    const location = sidecar.location.child('spec', 'egress', listener.index)
    return [{ what: describeResource(sidecar), location, why: WHY.egressListener }]
  }
}
