/** The VirtualServices that are bound to a Gateway's servers (core/gateway.go, pkg/config/host Names.Intersection). */

import { append } from '../../../common/collections.ts'
import { isSubsetOf } from '../../../scope/hosts.ts'
import type { ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import { MatchingHosts } from '../../routes/plan/matching-hosts.ts'
import { type GatewayServer, splitHost } from './servers.ts'

/** A VirtualService that shares hosts with a server. */
export interface SharedHosts {
  readonly virtualService: VirtualServiceView
  /** The more specific host of each matching pair, without duplicates. */
  readonly hosts: ReadonlySet<string>
}

/** Finds a Gateway's VirtualServices by host instead of comparing each with each server. */
class HostsOfGateway {
  readonly #list: readonly VirtualServiceView[]
  /** Positions in the list by host. */
  readonly #positions = new Map<string, number[]>()
  readonly #index: MatchingHosts
  /** By server hosts, which are often the same for many servers of a Gateway, such as `*` alone. */
  readonly #known = new Map<string, readonly SharedHosts[]>()

  constructor(list: readonly VirtualServiceView[]) {
    this.#list = list
    for (const [position, { hosts }] of list.entries()) {
      for (const host of hosts) append(this.#positions, host, position)
    }
    this.#index = new MatchingHosts(this.#positions.keys())
  }

  shared(serverHosts: readonly string[]): readonly SharedHosts[] {
    const key = serverHosts.join(',')
    let shared = this.#known.get(key)
    if (!shared) {
      shared = this.#find(serverHosts)
      this.#known.set(key, shared)
    }
    return shared
  }

  #find(serverHosts: readonly string[]): readonly SharedHosts[] {
    const byPosition = new Map<number, Set<string>>()
    for (const serverHost of serverHosts) this.#collect(serverHost, byPosition)
    return [...byPosition]
      .sort(([a], [b]) => a - b)
      .flatMap(([position, hosts]) => {
        const virtualService = this.#list[position]
        return virtualService ? [{ virtualService, hosts }] : []
      })
  }

  #collect(serverHost: string, byPosition: Map<number, Set<string>>): void {
    const { namespace, name } = splitHost(serverHost)
    const matches = new Set<string>()
    this.#index.collectMatches(name, matches)
    for (const host of matches) {
      const narrower = isSubsetOf(name, host) ? name : host
      for (const position of this.#positions.get(host) ?? []) {
        if (namespace !== undefined && this.#list[position]?.namespace !== namespace) continue
        const hosts = byPosition.get(position)
        if (hosts) hosts.add(narrower)
        else byPosition.set(position, new Set([narrower]))
      }
    }
  }
}

/** The VirtualServices of all Gateways of one router. */
export class BoundVirtualServices {
  readonly #view: ProxyView
  readonly #byOwner = new Map<string, HostsOfGateway>()

  constructor(view: ProxyView) {
    this.#view = view
  }

  /** The VirtualServices that share hosts with a server, in order of precedence. */
  of({ owner, hosts }: GatewayServer): readonly SharedHosts[] {
    let index = this.#byOwner.get(owner)
    if (!index) {
      index = new HostsOfGateway(this.#listOf(owner))
      this.#byOwner.set(owner, index)
    }
    return index.shared(hosts)
  }

  /** A VirtualService that names the Gateway twice is listed twice. */
  #listOf(owner: string): readonly VirtualServiceView[] {
    return this.#view
      .virtualServicesOf(owner)
      .flatMap((view) => view.gateways.filter((gateway) => gateway === owner).map(() => view))
  }
}
