/**
 * What a proxy loses by a change of the mesh, computed from the ports that the change touches. A listener and its routes
 * belong to one port, so the others keep what they reach.
 */
import { outboundClusterName } from '../../common/names.ts'
import { outboundTargets, planSidecar } from '../../envoy/listeners/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { clusterOf, contestedParties, type Losses } from './conflicts.ts'
import { type Reach, reachedByRoutes, reachedPorts } from './reach.ts'

/**
 * Whether what a port reaches depends on the services of this port alone. The routes of a VirtualService lead to other
 * ports, a Sidecar may move services to another port, and the routes of the HTTP proxy include all ports.
 */
function arePortsIndependent(view: ProxyView): boolean {
  const [only] = view.egressListeners
  if (view.proxy.type === 'router' || view.sidecar || !only || view.egressListeners.length > 1) return false
  const plan = planSidecar(view)
  return plan.listens && only.virtualServices.length === 0 && plan.proxyWide.httpProxy === undefined
}

const importsOf = ({ egressListeners }: ProxyView): readonly Service[] => egressListeners[0]?.services ?? []

const sourcesOf = ({ registry }: ProxyView): ReadonlySet<Resource> =>
  new Set(registry.services.map(({ source }) => source))

/** Compares views of a changed mesh with that of the mesh before; created once per proxy. */
export class PortLosses {
  readonly #view: ProxyView
  readonly #reach: Reach
  readonly #sources: ReadonlySet<Resource>

  private constructor(view: ProxyView, reach: Reach) {
    this.#view = view
    this.#reach = reach
    this.#sources = sourcesOf(view)
  }

  /** @returns undefined if a change of one port may affect what another port reaches */
  static of(view: ProxyView, reach: Reach): PortLosses | undefined {
    return arePortsIndependent(view) ? new PortLosses(view, reach) : undefined
  }

  /**
   * The same as `findLosses` for the view of a changed mesh.
   * @param after the view of the same proxy, with the same settings and VirtualServices
   */
  in(after: ProxyView): Losses {
    const touched = this.#touchedPorts(after)
    const plan = planSidecar(after)
    const plans = [...touched].map((port) => plan.outboundOfPort(port))
    const { clusters, routeNames } = outboundTargets({ entries: plans.flatMap(({ entries }) => entries) })
    const reached = reachedPorts([...clusters, ...reachedByRoutes(after, routeNames)])
    const unreached = new Set<string>()
    for (const { hostname, ports } of after.services) {
      for (const { number } of ports) {
        const cluster = outboundClusterName(number, '', hostname)
        const isReached = touched.has(number) ? reached.has(cluster) : this.#reach.reached.has(cluster)
        if (!isReached) unreached.add(cluster)
      }
    }
    const before = contestedParties(this.#reach.conflicts).filter(({ port }) => !touched.has(port))
    const now = contestedParties(plans.flatMap(({ conflicts }) => conflicts))
    return { unreached, contested: new Set([...before, ...now].map(clusterOf)) }
  }

  /** The ports of hosts that an edited, removed or added object has, or whose automatic address changes. */
  #touchedPorts(after: ProxyView): ReadonlySet<number> {
    const sources = sourcesOf(after)
    const hosts = new Set<string>()
    for (const { source, hostname } of this.#view.registry.services) if (!sources.has(source)) hosts.add(hostname)
    for (const service of after.registry.services) {
      if (!this.#sources.has(service.source) || this.#hasOtherAddress(service, after)) hosts.add(service.hostname)
    }
    const ports = new Set<number>()
    for (const view of [this.#view, after]) {
      for (const service of importsOf(view)) {
        if (hosts.has(service.hostname)) for (const { number } of service.ports) ports.add(number)
      }
    }
    return ports
  }

  #hasOtherAddress(service: Service, after: ProxyView): boolean {
    const [then, now] = [this.#view.registry.vipsOf(service), after.registry.vipsOf(service)]
    return then?.ipv4 !== now?.ipv4 || then?.ipv6 !== now?.ipv6
  }
}
