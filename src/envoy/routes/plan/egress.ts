/** An egress listener with indexes for its many routes, each built on first use. */

import { append } from '../../../common/collections.ts'
import type { Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import { MatchingHosts } from './matching-hosts.ts'
import { servicesByPort } from './routed-services.ts'
import type { RouteSettings } from './settings.ts'

export class RoutedEgress {
  readonly listener: EgressListenerView
  #byPort: ReadonlyMap<number, readonly Service[]> | undefined
  #hosts: MatchingHosts | undefined
  #positions: ReadonlyMap<string, readonly number[]> | undefined

  readonly #settings: RouteSettings

  constructor(listener: EgressListenerView, settings: RouteSettings) {
    this.listener = listener
    this.#settings = settings
  }

  servicesOn(port: number): readonly Service[] {
    if (port === 0) return this.listener.services
    this.#byPort ??= servicesByPort(this.listener.services)
    return this.#byPort.get(port) ?? []
  }

  /** Normalized VirtualService hosts that match one of these hosts. */
  virtualServiceHostsMatching(hosts: Iterable<string>): ReadonlySet<string> {
    this.#hosts ??= new MatchingHosts(this.#positionsByHost().keys())
    const found = new Set<string>()
    if (this.listener.virtualServices.length > 0) {
      for (const host of hosts) this.#hosts.collectMatches(host, found)
    }
    return found
  }

  /** VirtualServices with one of these hosts, in the listener's order. */
  virtualServicesWith(hosts: Iterable<string>): readonly VirtualServiceView[] {
    const positions = this.#positionsByHost()
    const found = new Set<number>()
    for (const host of hosts) for (const position of positions.get(host) ?? []) found.add(position)
    return [...found]
      .sort((a, b) => a - b)
      .map((position) => this.listener.virtualServices[position])
      .filter((virtualService) => virtualService !== undefined)
  }

  #positionsByHost(): ReadonlyMap<string, readonly number[]> {
    if (this.#positions) return this.#positions
    const positions = new Map<string, number[]>()
    for (const [position, { hosts }] of this.listener.virtualServices.entries()) {
      for (const host of hosts) {
        append(positions, this.#settings.hostKey(host), position)
      }
    }
    this.#positions = positions
    return positions
  }
}

/**
 * The egress listener of a route: the first for its port, otherwise the one without a port (sidecar.go
 * GetEgressListenerForRDS).
 * @param bind the route's name, which for a unix socket is the listener's bind
 */
export function egressListenerFor(view: ProxyView, port: number, bind: string): EgressListenerView | undefined {
  return view.egressListeners.find(({ spec }) => {
    if (!spec?.port) return true
    return spec.port.number === port && (port !== 0 || spec.bind === bind)
  })
}
