/** The services that VirtualServices are for or lead to. */
import { append } from '../../../common/collections.ts'
import { MatchingHosts } from '../../../envoy/routes/plan/matching-hosts.ts'
import type { Destination } from '../../../kinds/messages/virtual-service.ts'
import { isHttp } from '../../../registry/protocol.ts'
import type { Service } from '../../../registry/service.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'

/** The destinations of a VirtualService, with completed hosts and with mirrors. */
function* destinationsOfView({ http, tls, tcp }: VirtualServiceView): Iterable<Destination> {
  for (const { route, mirror, mirrors } of http) {
    for (const { destination } of [...route, ...mirrors]) if (destination) yield destination
    if (mirror) yield mirror
  }
  for (const { route } of [...tls, ...tcp]) for (const { destination } of route) if (destination) yield destination
}

/** Finds the services of VirtualServices. */
export class ServicesOfRoutes {
  readonly #context: ScopeContext
  /** The services that each host of a VirtualService matches. */
  readonly #byHost = new Map<string, Service[]>()

  /** Goes over the hosts of the mesh once. */
  constructor(views: readonly VirtualServiceView[], context: ScopeContext) {
    this.#context = context
    const index = new MatchingHosts(views.flatMap(({ hosts }) => hosts))
    for (const [host, services] of context.registry.servicesByHost) {
      const matches = new Set<string>()
      index.collectMatches(host, matches)
      for (const match of matches) for (const service of services) append(this.#byHost, match, service)
    }
  }

  /** The services of the host, or those that it matches if it is a wildcard. */
  within(host: string): readonly Service[] {
    return this.#byHost.get(host) ?? []
  }

  addOf(view: VirtualServiceView, services: Set<Service>): void {
    for (const host of view.hosts) for (const service of this.within(host)) services.add(service)
    for (const { host } of destinationsOfView(view)) {
      for (const service of this.#context.registry.servicesByHost.get(host) ?? []) services.add(service)
    }
  }
}

const HTTP_PORT = 80

/** One service per namespace with HTTP on port 80, where hosts without a service have their routes. */
export function servicesWithHttpPort(services: readonly Service[]): readonly Service[] {
  const byNamespace = new Map<string, Service>()
  for (const service of services) {
    if (byNamespace.has(service.namespace)) continue
    const has = service.ports.some(({ number, protocol }) => number === HTTP_PORT && isHttp(protocol))
    if (has) byNamespace.set(service.namespace, service)
  }
  return [...byNamespace.values()]
}
