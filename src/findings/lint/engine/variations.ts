/**
 * For proxies that see the same as others except for the services of some hosts, only the listeners with these services
 * are planned again, so fifty namespaces with an entry each do not cost fifty times the mesh.
 */

import { append } from '../../../common/collections.ts'
import { Placement } from '../../../envoy/listeners/index.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import type { Service } from '../../../registry/service.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { oneNamespacePerHost } from '../../../scope/egress.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { listenersOf, Neighbours } from './neighbours.ts'

/** A proxy's view of the services that differ, and of those that share listeners or hosts with them. */
export interface Variation {
  readonly view: ProxyView
  /** The hosts that differ for this proxy. The view is correct only for these and for `listeners`. */
  readonly hosts: ReadonlySet<string>
  /** The listeners that differ for this proxy, by name. */
  readonly listeners: ReadonlySet<string>
}

/** The part that proxies without a Sidecar share; computed once for all variations of one view. */
export class SharedListeners {
  readonly #context: ScopeContext
  readonly #view: ProxyView
  readonly #placement: Placement
  readonly #shared: ReadonlySet<Service>
  /** The shared services of each listener, by name. */
  readonly #byListener = new Map<string, Service[]>()
  /** Hosts with several services, by the namespaces that have one of them. */
  readonly #repeated = new Map<string, Set<string>>()
  readonly #neighbours: Neighbours
  /** The position of each service in import order. */
  readonly #order: ReadonlyMap<Service, number>

  /** @param view that of a proxy without a Sidecar */
  constructor(view: ProxyView, context: ScopeContext) {
    this.#view = view
    this.#context = context
    this.#placement = new Placement(view)
    const { services, servicesByHost } = context.registry
    this.#order = new Map(services.map((service, index) => [service, index]))
    this.#shared = new Set(view.egressListeners[0]?.services)
    for (const service of this.#shared)
      for (const name of this.#listenersOf(service)) append(this.#byListener, name, service)
    this.#neighbours = new Neighbours({
      listenersOf: (service) => this.#listenersOf(service),
      servicesIn: (listener) => this.#byListener.get(listener) ?? [],
      servicesOf: (host) => this.#sharedOf(host),
    })
    for (const [host, several] of servicesByHost) {
      if (several.length === 1) continue
      for (const { namespace } of several) {
        const hosts = this.#repeated.get(namespace) ?? new Set()
        this.#repeated.set(namespace, hosts.add(host))
      }
    }
  }

  #listenersOf(service: Service): readonly string[] {
    const [egress] = this.#view.egressListeners
    return egress ? listenersOf(service, egress, this.#placement, this.#view.proxy) : []
  }

  /** Hosts for which the namespace has a service that others do not see, or one of several. */
  #ownHosts(namespace: string): ReadonlySet<string> {
    const own = this.#context.visibility.ownOf(namespace).map(({ hostname }) => hostname)
    return new Set([...own, ...(this.#repeated.get(namespace) ?? [])])
  }

  #visibleOf(host: string, namespace: string): readonly Service[] {
    const { registry, visibility } = this.#context
    return (registry.servicesByHost.get(host) ?? []).filter((service) => visibility.isVisible(service, namespace))
  }

  #sharedOf(host: string): readonly Service[] {
    return (this.#context.registry.servicesByHost.get(host) ?? []).filter((service) => this.#shared.has(service))
  }

  /** The differences between a proxy's view and the shared view. */
  variationFor(proxy: Proxy): Variation {
    const { namespace } = proxy
    const hosts = this.#ownHosts(namespace)
    const visible = this.#inOrder(
      [...hosts].flatMap((host) => this.#visibleOf(host, namespace)),
      namespace,
    )
    const own = oneNamespacePerHost(visible, namespace, this.#context.registry.sharedHosts())
    const instead = [...hosts].flatMap((host) => this.#sharedOf(host))
    const listeners = new Set([...own, ...instead].flatMap((service) => this.#listenersOf(service)))
    const near = this.#neighbours.around(hosts, visible, listeners)
    return { view: this.#viewOfOnly(near.services, proxy), hosts, listeners: near.listeners }
  }

  /** In the order of `Visibility`: services that only some namespaces see come first. */
  #inOrder(services: readonly Service[], namespace: string): readonly Service[] {
    const isOwn = new Set(this.#context.visibility.ownOf(namespace))
    const orderOf = (service: Service): number => this.#order.get(service) ?? 0
    const sorted = [...services].sort((a, b) => orderOf(a) - orderOf(b))
    return [...sorted.filter((service) => isOwn.has(service)), ...sorted.filter((service) => !isOwn.has(service))]
  }

  #viewOfOnly(services: ReadonlySet<Service>, proxy: Proxy): ProxyView {
    const { visibility } = this.#context
    const candidates = this.#inOrder([...services], proxy.namespace)
    return viewOf(proxy, { ...this.#context, visibility: { ...visibility, candidatesOf: () => candidates } })
  }
}
