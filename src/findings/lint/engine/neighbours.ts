/** Which services may have an effect on each other, because they share listeners. */
import { listenerName } from '../../../common/names.ts'
import { listenerNamesOf, type Placement } from '../../../envoy/listeners/index.ts'
import { WILDCARDS } from '../../../envoy/listeners/plan/binding.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { isHeadlessService, type Service } from '../../../registry/service.ts'
import type { EgressListenerView } from '../../../scope/view.ts'

/**
 * The names of the listeners that a service wants a place in.
 * @param egress the only one of the proxy
 */
export function listenersOf(
  service: Service,
  egress: EgressListenerView,
  placement: Placement,
  { ipMode }: Proxy,
): readonly string[] {
  const names = listenerNamesOf(placement, egress, service)
  if (!isHeadlessService(service)) return names
  // The holder of a whole port also receives connections to unknown pods, so headless Services depend on it.
  const [wildcard] = WILDCARDS[ipMode]
  return [...names, ...service.ports.map(({ number }) => listenerName(wildcard, number))]
}

/** The services of a host, and their listeners. */
interface Host {
  readonly services: readonly Service[]
  readonly listeners: ReadonlySet<string>
  /** The number of their places; a listener with two services has two. */
  readonly places: number
}

/** Where the services of a proxy are. */
export interface Places {
  /** The names of the listeners that a service wants a place in. */
  readonly listenersOf: (service: Service) => readonly string[]
  /** The services that want a place in a listener. */
  readonly servicesIn: (listener: string) => Iterable<Service>
  readonly servicesOf: (host: string) => readonly Service[]
}

/** Names of listeners, and the hosts whose listeners are all included. */
class Listeners {
  readonly names: Set<string>
  readonly hosts = new Set<string>()

  constructor(names: Iterable<string> = []) {
    this.names = new Set(names)
  }
}

/** What must be planned again. */
export interface Selection {
  readonly services: ReadonlySet<Service>
  /** The names of the listeners that may differ. Planned with only these services, they are as with all. */
  readonly listeners: ReadonlySet<string>
}

export class Neighbours {
  readonly #places: Places
  readonly #hosts = new Map<string, Host>()

  constructor(places: Places) {
    this.#places = places
  }

  /** Computed once, because a host may have thousands of services that share listeners. */
  #host(host: string): Host {
    const known = this.#hosts.get(host)
    if (known) return known
    const services = this.#places.servicesOf(host)
    const places = services.flatMap((service) => this.#places.listenersOf(service))
    const found = { services, listeners: new Set(places), places: places.length }
    this.#hosts.set(host, found)
    return found
  }

  /**
   * What may differ if the services of some hosts do.
   * @param hosts those whose services differ
   * @param services all services of these hosts
   * @param listeners the names of the listeners of all services that these hosts have or had
   */
  around(hosts: ReadonlySet<string>, services: readonly Service[], listeners: ReadonlySet<string>): Selection {
    const selected = new Set(services)
    const whole = new Set<string>()
    // Whether a service loses in one listener depends on its other listeners, so these differ too.
    const near = new Listeners(listeners)
    const far = new Listeners()
    for (const name of listeners) this.#select(name, hosts, { selected, whole, elsewhere: near })
    for (const name of near.names) {
      if (!listeners.has(name)) this.#select(name, hosts, { selected, whole, elsewhere: far })
    }
    for (const name of far.names) for (const service of this.#places.servicesIn(name)) selected.add(service)
    return { services: selected, listeners: near.names }
  }

  /** Selects all services in a listener, and those that may lead to the same clusters in other listeners. */
  #select(
    name: string,
    hosts: ReadonlySet<string>,
    into: { readonly selected: Set<Service>; readonly whole: Set<string>; readonly elsewhere: Listeners },
  ): void {
    const { selected, whole, elsewhere } = into
    for (const service of this.#places.servicesIn(name)) {
      const { hostname } = service
      if (hosts.has(hostname)) continue
      const { services, listeners, places } = this.#host(hostname)
      if (!whole.has(hostname)) for (const other of services) selected.add(other)
      whole.add(hostname)
      if (places <= service.ports.length || elsewhere.hosts.has(hostname)) continue
      elsewhere.hosts.add(hostname)
      for (const listener of listeners) elsewhere.names.add(listener)
    }
  }
}
