/**
 * What a proxy loses by a change of the mesh, computed from the ports that the change touches. A listener and its routes
 * belong to one port, so the others keep what they reach.
 */
import { append, appendAll } from '../../common/collections.ts'
import { outboundClusterName } from '../../common/names.ts'
import { outboundTargets, planSidecar } from '../../envoy/listeners/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type ConflictParty, clusterOf, contestedParties, type Losses } from './conflicts.ts'
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

/** The service ports with wanted numbers that are not among the reached ones, by number. */
function unreachedOf(
  { services }: ProxyView,
  isWanted: (port: number) => boolean,
  reached: ReadonlySet<string>,
): ReadonlyMap<number, readonly string[]> {
  const unreached = new Map<number, string[]>()
  for (const { hostname, ports } of services) {
    for (const { number } of ports) {
      if (!isWanted(number)) continue
      const cluster = outboundClusterName(number, '', hostname)
      if (!reached.has(cluster)) append(unreached, number, cluster)
    }
  }
  return unreached
}

/** What the listeners of some ports lead to, and who loses in them. The plan of one port is held at a time. */
function ofPorts(
  ports: Iterable<number>,
  view: ProxyView,
): { readonly reached: ReadonlySet<string>; readonly contested: Set<string> } {
  const names = new Set<string>()
  const contested = new Set<string>()
  const routes: string[] = []
  for (const port of ports) {
    const plan = planSidecar(view)
    const { clusters, routeNames, conflicts } = outboundTargets(plan, plan.outboundOfPort(port))
    for (const name of clusters) names.add(name)
    appendAll(routes, routeNames)
    for (const party of contestedParties(conflicts)) contested.add(clusterOf(party))
  }
  for (const name of reachedByRoutes(view, routes)) names.add(name)
  return { reached: reachedPorts(names), contested }
}

/** Compares views of a changed mesh with that of the mesh before; created once per proxy. */
export class PortLosses {
  readonly #view: ProxyView
  readonly #sources: ReadonlySet<Resource>
  /** Ports that are not reached, by number, as names of clusters. */
  readonly #unreached: ReadonlyMap<number, readonly string[]>
  readonly #contested: readonly ConflictParty[]

  private constructor(view: ProxyView, reach: Reach) {
    this.#view = view
    this.#sources = sourcesOf(view)
    this.#unreached = unreachedOf(view, () => true, reach.reached)
    this.#contested = contestedParties(reach.conflicts)
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
    const { reached, contested } = ofPorts(touched, after)
    const unreached = new Set<string>()
    for (const [port, clusters] of this.#unreached) {
      if (!touched.has(port)) for (const cluster of clusters) unreached.add(cluster)
    }
    for (const clusters of unreachedOf(after, (port) => touched.has(port), reached).values()) {
      for (const cluster of clusters) unreached.add(cluster)
    }
    for (const party of this.#contested) if (!touched.has(party.port)) contested.add(clusterOf(party))
    return { unreached, contested }
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
