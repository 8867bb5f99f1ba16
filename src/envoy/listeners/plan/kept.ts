/**
 * Plans the outbound listeners of a proxy with a memory: a listener is kept while the services that want a place in it
 * are the same.
 */
import { append, groupBy, sameList } from '../../../common/collections.ts'
import type { Memory } from '../../../common/memory.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import { Additions, type OutboundPlan } from './additions.ts'
import type { ListenerConflict, SkippedPort } from './conflicts.ts'
import { type ListenerEntry, ListenerMap } from './merge.ts'
import { type EgressBinding, type Place, Placement } from './placement.ts'
import { TcpChains } from './tcp-chains.ts'

/** A service port that wants a place in a listener; the same object while its service and all facts are the same. */
interface Placed {
  /** That of the listener. */
  readonly name: string
  readonly service: Service
  readonly port: Port
  readonly place: Place
}

/** The listener for some service ports, and which of them lost. */
interface Listener {
  readonly members: readonly Placed[]
  /** The services that the proxy sees for the hosts of the members. */
  readonly merged: readonly (Service | undefined)[]
  readonly entries: readonly ListenerEntry[]
  readonly conflicts: readonly { readonly conflict: ListenerConflict; readonly since: Placed }[]
}

type Listeners = ReadonlyMap<string, Listener>

const MOST_PROXIES = 32

/** The listeners of proxies, by name. */
class KeptListeners {
  readonly #byProxy = new Map<string, Listeners>()

  before(proxy: string): Listeners | undefined {
    return this.#byProxy.get(proxy)
  }

  keep(proxy: string, listeners: Listeners): void {
    this.#byProxy.delete(proxy)
    this.#byProxy.set(proxy, listeners)
    const [oldest] = this.#byProxy.keys()
    if (this.#byProxy.size > MOST_PROXIES && oldest !== undefined) this.#byProxy.delete(oldest)
  }
}

/** Everything that decides about listeners besides services, their addresses and endpoints. */
function factsOf(view: ProxyView, egress: EgressListenerView, plaintextAlpn: readonly string[], memory: Memory) {
  const { proxy, registry } = view
  const { features, mesh, istio } = registry.snapshot
  const { pod: _, location: __, ...facts } = proxy
  return [
    memory.unlessChanged(`proxy ${proxy.id}`, {}, facts),
    features,
    mesh,
    egress.spec,
    ...plaintextAlpn,
    ...istio.virtualServices,
    ...istio.destinationRules,
    ...registry.derived.virtualServices,
    ...registry.derived.destinationRules,
  ]
}

class KeptPlanner {
  readonly #view: ProxyView
  readonly #egress: EgressListenerView
  readonly #plaintextAlpn: readonly string[]
  readonly #memory: Memory
  readonly #facts: readonly unknown[]
  readonly #placement: Placement
  readonly #binding: EgressBinding
  readonly #tcpChains: TcpChains

  constructor(view: ProxyView, egress: EgressListenerView, plaintextAlpn: readonly string[], memory: Memory) {
    this.#view = view
    this.#egress = egress
    this.#plaintextAlpn = plaintextAlpn
    this.#memory = memory
    this.#facts = factsOf(view, egress, plaintextAlpn, memory)
    this.#placement = new Placement(view)
    this.#binding = this.#placement.bindingOf(egress)
    this.#tcpChains = new TcpChains(view)
  }

  plan(): OutboundPlan {
    const places = this.#places()
    const byName = new Map<string, Placed[]>()
    const skipped: SkippedPort[] = []
    for (const each of places) {
      if ('reason' in each) skipped.push(each)
      else append(byName, each.name, each)
    }
    const listeners = this.#listeners(byName)
    return { entries: listeners.flatMap(({ entries }) => entries), conflicts: inOrder(listeners, places), skipped }
  }

  /** In the order in which the ports are added to listeners. */
  #places(): readonly (Placed | SkippedPort)[] {
    const { services } = this.#egress
    const addresses = this.#view.addressesOfEach(this.#egress)
    const kept = this.#memory.recallEach(
      KeptPlanner,
      this.#view.proxy.id,
      services,
      addresses,
      this.#facts,
      (service) => (this.#placement.dependsOnEndpoints(this.#binding, service) ? undefined : this.#placesOf(service)),
    )
    return services.flatMap((service, index) => kept[index] ?? this.#placesOf(service))
  }

  #placesOf(service: Service): readonly (Placed | SkippedPort)[] {
    return service.ports.flatMap((port): readonly (Placed | SkippedPort)[] => {
      const places = this.#placement.placesOf(this.#binding, service, port)
      if (typeof places === 'string') return [{ service, port, reason: places }]
      return places.map((place) => ({ name: ListenerMap.nameOf(place.binds, port.number), service, port, place }))
    })
  }

  #listeners(byName: ReadonlyMap<string, readonly Placed[]>): readonly Listener[] {
    const { id } = this.#view.proxy
    const kept = this.#memory.own(KeptListeners)
    const before = kept.before(id)
    const now = new Map<string, Listener>()
    for (const [name, members] of byName) now.set(name, this.#listener(members, before?.get(name)))
    kept.keep(id, now)
    return [...now.values()]
  }

  #listener(members: readonly Placed[], before: Listener | undefined): Listener {
    const merged = members.map(({ service }) => this.#view.serviceByHost.get(service.hostname))
    const isSame = before && sameList(before.members, members) && sameList(before.merged, merged)
    if (isSame && members.every(({ service }) => this.#egress.aliasesOf(service).length === 0)) return before
    const additions = new Additions(this.#view, this.#tcpChains, this.#plaintextAlpn)
    const { log, listeners } = additions
    const conflicts: { conflict: ListenerConflict; since: Placed }[] = []
    for (const member of members) {
      additions.add(this.#binding, member.service, member.port, member.place)
      for (const conflict of log.conflicts.slice(conflicts.length)) conflicts.push({ conflict, since: member })
    }
    const isKept = members.every(({ service }) => !this.#tcpChains.dependsOnOthers(service, this.#egress))
    return { members: isKept ? members : [], merged, entries: [...listeners.entries], conflicts }
  }
}

/** The conflicts of all listeners, in the order of the first losers. */
function inOrder(listeners: readonly Listener[], places: readonly (Placed | SkippedPort)[]): ListenerConflict[] {
  const conflicts = listeners.flatMap((listener) => listener.conflicts)
  if (conflicts.length === 0) return []
  const since = groupBy(conflicts, (each) => each.since)
  return places.flatMap((place) => ('reason' in place ? [] : (since.get(place) ?? []).map(({ conflict }) => conflict)))
}

/**
 * The same plan as without a memory.
 * @returns undefined without a memory, or with a Sidecar that has several egress listeners or one with its own port
 */
export function planKept(view: ProxyView, plaintextAlpn: readonly string[]): OutboundPlan | undefined {
  const { memory } = view.registry.snapshot
  const [egress] = view.egressListeners
  if (!memory || !egress || view.egressListeners.length > 1 || egress.spec?.port) return undefined
  return new KeptPlanner(view, egress, plaintextAlpn, memory).plan()
}
